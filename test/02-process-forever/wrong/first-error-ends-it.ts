// Misconception: An error that is caught must be thrown on, or it is lost, so the first one ends the loop.
// Way out: `onError` has been told: with that, this message is dealt with. Who would be left to fetch the next ones?
// Must fail: 02.4 a handler that rejects stops neither its batch nor the loop
// Must fail: 02.4 a handler that rejects does no harm where there is no onError
// Must fail: 02.4 a handler that throws synchronously stops neither its batch nor the loop
// Must fail: 02.4 a handler that throws synchronously does no harm where there is no onError
// Must fail: 02.4 every failure of a batch is told, each with its own message
// Must fail: 02.4 however many fail, it goes on
// Must fail: 02.4 a handler that rejects with undefined has failed like any other
// Must fail: 02.4 a handler that rejects with null has failed like any other
// Must fail: 02.4 a handler that rejects with 0 has failed like any other
// Must fail: 02.4 a handler that rejects with 'no' has failed like any other
// Must fail: 02.5 messages that failed are counted
// Must fail: 02.6 processed counts the handlers that succeeded, failed those that failed
// Must fail: 02.6 each failure is counted, also where a batch has several
// Must fail: 02.6 averageMs is the mean duration of a handler call, failed ones too, not rounded
// Must fail: 02.6 a handler that throws synchronously counts as failed, with its 0 ms
// Must fail: 02.6 one logger.info in all, when an abort ends it
// Must fail: 02.6 one logger.error for each handler that failed, without onError
// Must fail: 02.6 one logger.error for each handler that failed, with onError

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
      throw error;
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
