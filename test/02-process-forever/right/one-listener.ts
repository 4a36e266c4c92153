// A right answer: one abort listener for the whole run, which wakes the wait that is on at the time.

import { clearTimeout, setTimeout } from "node:timers";

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
  { signal, batchSize = 5, pollIntervalMs = 1000, onError, maxMessages, logger }: ProcessOptions<T>,
): Promise<ProcessStats> {
  let isStopping = signal.aborted;
  let wake = (): void => {};
  const onAbort = (): void => {
    isStopping = true;
    wake();
  };
  signal.addEventListener("abort", onAbort);

  const stats: ProcessStats = { processed: 0, failed: 0, averageMs: 0 };
  let remaining = maxMessages ?? Number.MAX_SAFE_INTEGER;
  let totalMs = 0;

  async function attempt(message: T): Promise<void> {
    const begunAt = process.hrtime.bigint();
    let failure: { error: unknown } | undefined;
    try {
      await handler(message);
    } catch (error) {
      failure = { error };
    }
    totalMs += Number(process.hrtime.bigint() - begunAt) / 1e6;
    if (failure === undefined) {
      stats.processed++;
      return;
    }
    stats.failed++;
    (logger ?? console).error(`Could not handle a message: ${failure.error}`);
    onError?.(failure.error, message);
  }

  try {
    while (!isStopping && remaining > 0) {
      const batch = await source.receiveBatch(Math.min(batchSize, remaining));
      remaining -= batch.length;
      await Promise.all(batch.map(attempt));
      if (batch.length === 0 && !isStopping) {
        await new Promise<void>((resolve) => {
          const timer = setTimeout(resolve, pollIntervalMs);
          wake = () => {
            clearTimeout(timer);
            resolve();
          };
        });
      }
    }
  } finally {
    signal.removeEventListener("abort", onAbort);
    (logger ?? console).info(`Done: ${stats.processed} fine, ${stats.failed} failed`);
  }
  if (stats.processed + stats.failed > 0) stats.averageMs = totalMs / (stats.processed + stats.failed);
  return stats;
}
