// Misconception: A handler that fails returns a promise that rejects, so a `.then` with two functions, or a `.catch`, sees every failure.
// Way out: A handler need not be async: it may throw before there is a promise to catch anything on. Call it where a throw is caught too.
// Must fail: 02.4 a handler that throws synchronously stops neither its batch nor the loop
// Must fail: 02.4 a handler that throws synchronously: onError is called once, with the error and the message
// Must fail: 02.4 a handler that throws synchronously does no harm where there is no onError
// Must fail: 02.6 a handler that throws synchronously counts as failed, with its 0 ms
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

  const work = (message: T): Promise<void> => {
    const startedMs = performance.now();
    return Promise.resolve(handler(message))
      .then(
        () => {
          processed += 1;
        },
        (error: unknown) => {
          failed += 1;
          logger.error(`A message failed: ${error}`);
          onError?.(error, message);
        },
      )
      .finally(() => {
        busyMs += performance.now() - startedMs;
      });
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
