// Lesson: lessons/02-process-forever.md      Check: npm run check 02 -- --solution
//
// One idea: the signal is looked at in two places only, before a receive and during the poll wait.
// Everything that has left the queue is finished.

import { setTimeout as sleep } from "node:timers/promises";

/** Where the messages come from: any object with this method will do. */
export interface BatchSource<T> {
  /** Takes at most `batchSize` messages out of the source; `[]` when none waits. */
  receiveBatch(batchSize: number): Promise<T[]>;
}

/** Does the work for one message. It fails by throwing or by rejecting. */
export type MessageHandler<T> = (message: T) => void | Promise<void>;

/** The part of `console` that the loop writes to. */
export interface Logger {
  info(text: string): void;
  error(text: string): void;
}

export interface ProcessOptions<T> {
  /** Stops the loop: it starts no new receive, finishes what it holds, and resolves. */
  signal: AbortSignal;

  /**
   * How many messages to ask the source for at a time.
   *
   * @default 5
   */
  batchSize?: number;

  /**
   * How long to wait after an empty batch before asking again, in milliseconds. The clock starts
   * when the empty batch has come; an abort ends the wait at once.
   *
   * @default 1000
   */
  pollIntervalMs?: number;

  /** Called once for each message whose handler failed, with what it threw. */
  onError?: (error: unknown, message: T) => void;

  /**
   * Stretch: stop after that many messages, failed ones counted.
   *
   * @default no limit
   */
  maxMessages?: number;

  /**
   * Stretch: gets one `error` for each failed message, and one `info` when the loop ends.
   *
   * @default console
   */
  logger?: Logger;
}

/** Stretch: what a run has done. */
export interface ProcessStats {
  /** How many handler calls succeeded. */
  processed: number;

  /** How many handler calls failed. */
  failed: number;

  /** The mean duration of a handler call, failed ones too, in milliseconds; 0 if there was none. */
  averageMs: number;
}

/**
 * Receives batches from `source` and calls `handler` for each message, all of a batch at the same
 * time, until `options.signal` aborts.
 *
 * The next batch is asked for when every handler of the last one has settled. A failed message
 * stops neither its batch nor the loop.
 *
 * @returns Resolves when the loop has stopped and no handler is running any more: an abort is how
 * this loop ends, not an error.
 * @throws Whatever `source.receiveBatch` rejects with, also after an abort.
 */
export async function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const { signal, batchSize = 5, pollIntervalMs = 1000, onError } = options;
  const { maxMessages = Number.POSITIVE_INFINITY, logger = console } = options;
  const stats: ProcessStats = { processed: 0, failed: 0, averageMs: 0 };
  let busyMs = 0;

  // Async on purpose: a handler that throws synchronously is a rejection here, like any other.
  const handle = async (message: T): Promise<void> => {
    const startedMs = performance.now();
    try {
      await handler(message);
      stats.processed += 1;
      busyMs += performance.now() - startedMs;
    } catch (error) {
      stats.failed += 1;
      busyMs += performance.now() - startedMs;
      logger.error(`A message failed: ${error}`);
      onError?.(error, message);
    }
  };

  try {
    let left = maxMessages;
    while (!signal.aborted && left > 0) {
      const batch = await source.receiveBatch(Math.min(batchSize, left));
      if (batch.length === 0) {
        await pause(pollIntervalMs, signal);
        continue;
      }
      // Not `all`: it would go on at the first rejection, with the rest of the batch still at work.
      await Promise.allSettled(batch.map(handle));
      left -= batch.length;
    }
  } finally {
    const calls = stats.processed + stats.failed;
    stats.averageMs = calls === 0 ? 0 : busyMs / calls;
    const { processed, failed, averageMs } = stats;
    logger.info(`Stopped: ${processed} processed, ${failed} failed, ${averageMs.toFixed(1)} ms a message`);
  }
  return stats;
}

/** Waits `ms`, or until `signal` aborts: both are good reasons to go on, so neither is an error. */
async function pause(ms: number, signal: AbortSignal): Promise<void> {
  try {
    await sleep(ms, undefined, { signal });
  } catch (error) {
    if (!signal.aborted) throw error;
  }
}
