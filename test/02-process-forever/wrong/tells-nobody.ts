// Misconception: `Promise.allSettled` deals with failures: they are counted and logged, and that is that.
// Way out: `allSettled` only keeps an error from being thrown. Your caller gave you a function to be told by: which message, which error?
// Must fail: 02.4 a handler that rejects: onError is called once, with the error and the message
// Must fail: 02.4 a handler that throws synchronously: onError is called once, with the error and the message
// Must fail: 02.4 every failure of a batch is told, each with its own message
// Must fail: 02.4 a handler that rejects with undefined has failed like any other
// Must fail: 02.4 a handler that rejects with null has failed like any other
// Must fail: 02.4 a handler that rejects with 0 has failed like any other
// Must fail: 02.4 a handler that rejects with 'no' has failed like any other

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

export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const { signal, batchSize = 5, pollIntervalMs = 1000, maxMessages = Infinity, logger = console } = options;
  let left = maxMessages;
  let processed = 0;
  let failed = 0;
  let busyMs = 0;

  const work = async (message: T): Promise<void> => {
    const startedMs = performance.now();
    try {
      await handler(message);
    } finally {
      busyMs += performance.now() - startedMs;
    }
  };

  try {
    while (!signal.aborted && left > 0) {
      const batch = await source.receiveBatch(Math.min(batchSize, left));
      if (batch.length === 0) {
        await pause(pollIntervalMs, signal);
        continue;
      }
      for (const result of await Promise.allSettled(batch.map(work))) {
        if (result.status === "fulfilled") {
          processed += 1;
        } else {
          failed += 1;
          logger.error(`A message failed: ${result.reason}`);
        }
      }
      left -= batch.length;
    }
  } finally {
    logger.info(`Stopped: ${processed} processed, ${failed} failed`);
  }
  const calls = processed + failed;
  return { processed, failed, averageMs: calls === 0 ? 0 : busyMs / calls };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
