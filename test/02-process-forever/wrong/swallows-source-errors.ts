// Misconception: A receive that fails is like one that brings nothing: wait, then try again.
// Way out: Whether a broken source gets better is for your caller to judge, and they cannot while your loop hides the error.
// Must fail: 02.4 a source that rejects ends it, with that error
// Must fail: 02.4 a source that rejects with undefined ends it all the same
// Must fail: 02.4 a source that rejects with null ends it all the same
// Must fail: 02.4 a source that rejects with 0 ends it all the same
// Must fail: 02.4 a source that rejects with '' ends it all the same
// Must fail: 02.4 a source that rejects after an abort ends it with that error too
// Must fail: 02.6 one logger.info too, when the source rejects

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
      const batch = await source.receiveBatch(Math.min(batchSize, left)).catch((error: unknown) => {
        logger.error(`The source failed: ${error}`);
        return [];
      });
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
