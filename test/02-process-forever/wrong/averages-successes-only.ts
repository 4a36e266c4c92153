// Misconception: The average is that of the handlers that did their work; failed ones would spoil it.
// Way out: A handler that fails after 250 ms has kept the loop busy for 250 ms. Stop the clock where both ways out pass.
// Must fail: 02.6 averageMs is the mean duration of a handler call, failed ones too, not rounded
// Must fail: 02.6 a handler that throws synchronously counts as failed, with its 0 ms

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
      busyMs += performance.now() - startedMs;
    } catch (error) {
      failed += 1;
      logger.error(`A message failed: ${error}`);
      onError?.(error, message);
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
  return { processed, failed, averageMs: processed === 0 ? 0 : busyMs / processed };
}

async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
