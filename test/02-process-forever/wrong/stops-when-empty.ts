// Misconception: An empty batch means that all the work is done, so the loop can end.
// Way out: There is no work now; in a second there may be. Only the signal, or `maxMessages`, says that it is over.
// Must fail: 02.2 after an empty batch it waits pollIntervalMs before it asks again
// Must fail: 02.2 pollIntervalMs is 1000 where it is left out
// Must fail: 02.2 the wait begins when the empty batch has come, not when it was asked for
// Must fail: 02.2 it waits after every empty batch, also after one that follows work
// Must fail: 02.2 an empty queue does not end it: a message that comes later is handled
// Must fail: 02.3 polling leaves no abort listeners behind, one a poll
// Must fail: 02.5 an empty batch does not end it
// Must fail: 02.6 one logger.info in all, when an abort ends it

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
  const { signal, batchSize = 5, maxMessages = Infinity, onError, logger = console } = options;
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
      if (batch.length === 0) break;
      await Promise.all(batch.map(work));
      left -= batch.length;
    }
  } finally {
    logger.info(`Stopped: ${processed} processed, ${failed} failed`);
  }
  const calls = processed + failed;
  return { processed, failed, averageMs: calls === 0 ? 0 : busyMs / calls };
}
