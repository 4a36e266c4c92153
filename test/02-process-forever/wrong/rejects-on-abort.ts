// Misconception: `sleep` with the signal simply ends early on an abort, so nothing needs to be caught.
// Way out: An aborted `sleep` rejects, and your promise with it. For this loop an abort is the way it ends, not an error.
// Must fail: 02.3 an abort ends the wait for the next poll at once
// Must fail: 02.3 an empty batch that was on its way is not followed by a wait
// Must fail: 02.6 processed counts the handlers that succeeded, failed those that failed
// Must fail: 02.6 each failure is counted, also where a batch has several
// Must fail: 02.6 averageMs is the mean duration of a handler call, failed ones too, not rounded
// Must fail: 02.6 a handler that throws synchronously counts as failed, with its 0 ms
// Must fail: 02.6 averageMs is 0 where no handler was called

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
  const { signal, batchSize = 5, pollIntervalMs = 1000, maxMessages = Infinity, onError, logger = console } = options;
  let left = maxMessages;
  let processed = 0;
  let failed = 0;
  let busyMs = 0;

  const work = async (message: T): Promise<void> => {
    const startedMs = performance.now();
    try {
      await handler(message);
      processed += 1;
    } catch (error) {
      failed += 1;
      logger.error(`A message failed: ${error}`);
      onError?.(error, message);
    } finally {
      busyMs += performance.now() - startedMs;
    }
  };

  try {
    while (!signal.aborted && left > 0) {
      const batch = await source.receiveBatch(Math.min(batchSize, left));
      if (batch.length === 0) {
        await sleep(pollIntervalMs, undefined, { signal });
        continue;
      }
      await Promise.all(batch.map(work));
      left -= batch.length;
    }
  } finally {
    logger.info(`Stopped: ${processed} processed, ${failed} failed`);
  }
  const calls = processed + failed;
  return { processed, failed, averageMs: calls === 0 ? 0 : busyMs / calls };
}
