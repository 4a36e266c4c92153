// A right answer: the poll wait is a signal too, of the given one and AbortSignal.timeout, whichever comes first.

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

const LONGEST_TIMER_MS = 2 ** 31 - 1;

export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const { signal, batchSize = 5, pollIntervalMs = 1000, onError, maxMessages = Number.POSITIVE_INFINITY } = options;
  const { logger = console } = options;
  const durationsMs: number[] = [];
  let failed = 0;

  // The timer of `AbortSignal.timeout` does not keep a process alive; this one does, as long as the loop runs.
  const keepAlive = setInterval(() => {}, LONGEST_TIMER_MS);
  try {
    let begun = 0;
    while (!signal.aborted && begun < maxMessages) {
      const batch = await source.receiveBatch(Math.min(batchSize, maxMessages - begun));
      begun += batch.length;
      const handling = batch.map(async (message) => {
        const startedMs = Date.now();
        try {
          await handler(message);
        } finally {
          durationsMs.push(Date.now() - startedMs);
        }
      });
      const outcomes = await Promise.allSettled(handling);
      outcomes.forEach((outcome, index) => {
        if (outcome.status === "fulfilled") return;
        failed += 1;
        logger.error(`Message ${begun - batch.length + index + 1} failed: ${outcome.reason}`);
        onError?.(outcome.reason, batch[index] as T);
      });
      if (batch.length === 0) await aborted(AbortSignal.any([signal, AbortSignal.timeout(pollIntervalMs)]));
    }
  } finally {
    clearInterval(keepAlive);
    logger.info(`Handled ${durationsMs.length} messages, ${failed} of them in vain`);
  }
  const averageMs = durationsMs.reduce((sum, ms) => sum + ms, 0) / Math.max(1, durationsMs.length);
  return { processed: durationsMs.length - failed, failed, averageMs };
}

function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.onabort = () => resolve();
  });
}
