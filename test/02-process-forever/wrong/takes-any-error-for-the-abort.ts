// Misconception: Whatever is thrown after an abort is the abort itself, and can be dropped.
// Way out: A source may fail for a reason of its own, after an abort too. Catch the abort where it is thrown, around your wait.
// Must fail: 02.4 a source that rejects after an abort ends it with that error too

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
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    logger.info(`Stopped: ${processed} processed, ${failed} failed`);
  }
  const calls = processed + failed;
  return { processed, failed, averageMs: calls === 0 ? 0 : busyMs / calls };
}
