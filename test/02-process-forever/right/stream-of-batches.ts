// A right answer: an async generator is the stream of batches, and processForever a for await over it.

import { setTimeout as sleep } from "node:timers/promises";

export interface BatchSource<T> {
  receiveBatch(batchSize: number): Promise<T[]>;
}

export type MessageHandler<T> = (message: T) => void | Promise<void>;

export interface Logger {
  info(text: string): void;
  error(text: string): void;
}

export interface ProcessOptions<T> {
  signal: AbortSignal;
  batchSize?: number;
  pollIntervalMs?: number;
  onError?: (error: unknown, message: T) => void;
  maxMessages?: number;
  logger?: Logger;
}

export interface ProcessStats {
  processed: number;
  failed: number;
  averageMs: number;
}

class Tally {
  readonly #calls: { readonly succeeded: boolean; readonly nanoseconds: bigint }[] = [];

  async time(task: () => void | Promise<void>): Promise<void> {
    const started = process.hrtime.bigint();
    let succeeded = false;
    try {
      await task();
      succeeded = true;
    } finally {
      this.#calls.push({ succeeded, nanoseconds: process.hrtime.bigint() - started });
    }
  }

  get stats(): ProcessStats {
    const count = this.#calls.length;
    const processed = this.#calls.filter((call) => call.succeeded).length;
    const nanoseconds = this.#calls.reduce((sum, call) => sum + call.nanoseconds, 0n);
    return { processed, failed: count - processed, averageMs: count === 0 ? 0 : Number(nanoseconds) / 1e6 / count };
  }
}

async function* batchesOf<T>(source: BatchSource<T>, options: ProcessOptions<T>): AsyncGenerator<T[], void> {
  const { signal, batchSize = 5, pollIntervalMs = 1000, maxMessages = Number.MAX_VALUE } = options;
  let left = maxMessages;
  while (left > 0 && !signal.aborted) {
    const batch = await source.receiveBatch(Math.min(batchSize, left));
    if (batch.length > 0) {
      left -= batch.length;
      yield batch;
    } else {
      await sleep(pollIntervalMs, undefined, { signal }).catch(ignoreAbort);
    }
  }
}

function ignoreAbort(error: unknown): void {
  if (!(error instanceof Error && error.name === "AbortError")) throw error;
}

export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const log = (): Logger => options.logger ?? globalThis.console;
  const tally = new Tally();
  try {
    for await (const batch of batchesOf(source, options)) {
      const handled = batch.map((message) =>
        tally
          .time(() => handler(message))
          .catch((error: unknown) => {
            log().error(`The handler failed: ${error}`);
            options.onError?.(error, message);
          }),
      );
      await Promise.all(handled);
    }
  } finally {
    log().info(JSON.stringify(tally.stats));
  }
  return tally.stats;
}
