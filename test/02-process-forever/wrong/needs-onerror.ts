// Misconception: Without an `onError` nobody takes the error, so the loop has to throw it.
// Way out: `onError` is optional: whoever leaves it out still wants the next message handled. What is there to throw to?
// Must fail: 02.4 a handler that rejects does no harm where there is no onError
// Must fail: 02.4 a handler that throws synchronously does no harm where there is no onError
// Must fail: 02.5 messages that failed are counted
// Must fail: 02.6 processed counts the handlers that succeeded, failed those that failed
// Must fail: 02.6 each failure is counted, also where a batch has several
// Must fail: 02.6 averageMs is the mean duration of a handler call, failed ones too, not rounded
// Must fail: 02.6 a handler that throws synchronously counts as failed, with its 0 ms
// Must fail: 02.6 one logger.info in all, when an abort ends it
// Must fail: 02.6 one logger.error for each handler that failed, without onError

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
      if (!onError) throw error;
      onError(error, message);
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
      await Promise.all(batch.map(work));
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
