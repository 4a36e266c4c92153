// A right answer: the poll wait is the first tick of an interval of node:timers/promises.

import { setInterval as ticks } from "node:timers/promises";

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

export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const { signal, pollIntervalMs = 1000 } = options;
  const run = new Tally<T>(options);
  let remaining = options.maxMessages ?? Infinity;
  try {
    while (remaining > 0) {
      if (signal.aborted) break;
      const batch = await source.receiveBatch(Math.min(options.batchSize ?? 5, remaining));
      if (batch.length === 0) await firstTick(pollIntervalMs, signal);
      const settled = new Set<Promise<void>>();
      for (const message of batch) settled.add(run.follow(handler, message));
      await Promise.all(settled);
      remaining -= batch.length;
    }
    return run.stats;
  } finally {
    run.close();
  }
}

class Tally<T> {
  readonly #options: ProcessOptions<T>;
  #meanMs = 0;
  #failed = 0;
  #count = 0;

  constructor(options: ProcessOptions<T>) {
    this.#options = options;
  }

  get stats(): ProcessStats {
    return Object.freeze({ processed: this.#count - this.#failed, failed: this.#failed, averageMs: this.#meanMs });
  }

  async follow(handler: MessageHandler<T>, message: T): Promise<void> {
    const startedMs = performance.now();
    const add = (): void => {
      this.#count += 1;
      this.#meanMs += (performance.now() - startedMs - this.#meanMs) / this.#count;
    };
    try {
      await handler(message);
      add();
    } catch (error) {
      add();
      this.#failed += 1;
      const { logger = console, onError } = this.#options;
      logger.error(`A message could not be handled: ${error}`);
      if (onError) onError(error, message);
    }
  }

  close(): void {
    const { logger = console } = this.#options;
    logger.info(`${this.#count} handled, ${this.#failed} failed, ${this.#meanMs} ms each`);
  }
}

async function firstTick(ms: number, signal: AbortSignal): Promise<void> {
  try {
    for await (const _ of ticks(ms, undefined, { signal })) return;
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
