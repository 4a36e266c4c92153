// A right answer: a race of events.once and a timer, both called off by a signal of their own.

import { once } from "node:events";
import { scheduler } from "node:timers/promises";

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
  const { signal, batchSize = 5, pollIntervalMs = 1000, onError, maxMessages = Infinity, logger = console } = options;
  const tally = { succeeded: 0, failed: 0, ms: 0 };

  async function handle(message: T): Promise<void> {
    const startedMs = performance.now();
    const failure = await attempt(handler, message);
    tally.ms += performance.now() - startedMs;
    if (failure === null) {
      tally.succeeded += 1;
    } else {
      tally.failed += 1;
      logger.error(`Failed: ${failure.error}`);
      onError?.(failure.error, message);
    }
  }

  try {
    for (let left = maxMessages; left > 0 && !signal.aborted; ) {
      const batch = await source.receiveBatch(Math.min(batchSize, left));
      left -= batch.length;
      if (batch.length > 0) await Promise.all(batch.map(handle));
      else if (!signal.aborted) await abortOr(pollIntervalMs, signal);
    }
  } finally {
    logger.info(`Ended with ${tally.succeeded} successes and ${tally.failed} failures`);
  }
  const calls = tally.succeeded + tally.failed;
  return { processed: tally.succeeded, failed: tally.failed, averageMs: calls > 0 ? tally.ms / calls : 0 };
}

async function attempt<T>(handler: MessageHandler<T>, message: T): Promise<{ error: unknown } | null> {
  try {
    await handler(message);
    return null;
  } catch (error) {
    return { error };
  }
}

async function abortOr(ms: number, signal: AbortSignal): Promise<void> {
  const over = new AbortController();
  const called = { signal: over.signal };
  try {
    await Promise.race([once(signal, "abort", called), scheduler.wait(ms, called)].map(quietly));
  } finally {
    over.abort();
  }
}

function quietly(promise: Promise<unknown>): Promise<unknown> {
  return promise.catch(() => undefined);
}
