// A right answer: recursion instead of a loop, then and catch instead of async and await.

import { promisify } from "node:util";

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

const sleep = promisify(setTimeout);

interface Call {
  readonly ok: boolean;
  readonly tookMs: number;
}

export function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const { signal, batchSize = 5, pollIntervalMs = 1000, maxMessages = Infinity, onError, logger = console } = options;
  const calls: Call[] = [];

  const call = (message: T): Promise<void> => {
    const startedMs = performance.now();
    const ended = (ok: boolean): void => void calls.push({ ok, tookMs: performance.now() - startedMs });
    return new Promise<void>((resolve) => resolve(handler(message))).then(
      () => ended(true),
      (error: unknown) => {
        ended(false);
        logger.error(`A handler failed: ${error}`);
        onError?.(error, message);
      },
    );
  };

  const round = (): Promise<void> => {
    const left = maxMessages - calls.length;
    if (signal.aborted || left <= 0) return Promise.resolve();
    return source
      .receiveBatch(Math.min(left, batchSize))
      .then((batch): Promise<unknown> => (batch.length > 0 ? Promise.all(batch.map(call)) : rest()))
      .then(round);
  };

  const rest = (): Promise<void> => sleep(pollIntervalMs, undefined, { signal }).catch(() => {});

  return round()
    .finally(() => logger.info(`${calls.length} messages handled`))
    .then(() => {
      const processed = calls.filter(({ ok }) => ok).length;
      const totalMs = calls.reduce((sum, { tookMs }) => sum + tookMs, 0);
      return { processed, failed: calls.length - processed, averageMs: totalMs / (calls.length || 1) };
    });
}
