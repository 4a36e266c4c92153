// A right answer: the handlers of a batch begin in reverse order, each a turn later, and onError comes at the batch's end.

import { setTimeout as sleep, setImmediate as turn } from "node:timers/promises";

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

interface Failure<T> {
  readonly error: unknown;
  readonly message: T;
}

export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const { signal, batchSize = 5, pollIntervalMs = 1000, maxMessages = Infinity } = options;
  let calls = 0;
  let failed = 0;
  let totalMs = 0;

  const settle = async (batch: readonly T[]): Promise<Failure<T>[]> => {
    const failures: Failure<T>[] = [];
    const running = [...batch].reverse().map(async (message, index, all) => {
      await turn();
      const startedMs = Date.now();
      try {
        await Reflect.apply(handler, undefined, [message, index, all]);
      } catch (error) {
        failures.unshift({ error, message });
      }
      totalMs += Date.now() - startedMs;
    });
    await Promise.all(running);
    return failures;
  };

  const report = ({ error, message }: Failure<T>): void => {
    (options.logger ?? console).error(`One message failed: ${error}`);
    options.onError?.(error, message);
  };

  try {
    while (!signal.aborted && calls < maxMessages) {
      const batch = await source.receiveBatch(Math.min(batchSize, maxMessages - calls));
      if (batch.length === 0) await sleep(pollIntervalMs, null, { signal }).catch(() => null);
      const failures = await settle(batch);
      calls += batch.length;
      failed += failures.length;
      failures.forEach(report);
    }
  } finally {
    (options.logger ?? console).info(`${calls} messages, ${failed} failures`);
  }
  return { processed: calls - failed, failed, averageMs: calls === 0 ? 0 : totalMs / calls };
}
