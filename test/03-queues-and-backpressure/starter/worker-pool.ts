// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03
//
// One consumer is too slow, a thousand are too many. Let a fixed number of workers share one queue, and
// tell afterwards what each of them has done.
//
// The queue is your own: import { AsyncQueue } from "./async-queue.ts".

/** What one worker has done. */
export interface WorkerStats {
  /** `W0`, `W1`, … */
  name: string;

  /** How many calls of `work` resolved. */
  processed: number;

  /** How many calls of `work` rejected or threw. */
  failed: number;

  /** The mean duration of a call, failed ones too, in milliseconds; 0 if there was none. */
  averageMs: number;
}

export interface PoolReport {
  /** A row for each worker, `W0` first. */
  workers: WorkerStats[];

  /** From the call of {@link runWorkerPool} to the end of the last work, in milliseconds. */
  elapsedMs: number;
}

export interface PoolOptions {
  /**
   * How many items are worked on at the same time, at most.
   *
   * @default 3
   */
  workers?: number;

  /**
   * How many items wait for a worker, at most; may be `Infinity`. A producer that is ahead by more
   * than that has to wait, with one item in its hand.
   *
   * @default 5
   */
  maxSize?: number;
}

/**
 * Takes items from `items` no faster than they are worked on, and calls `work` once for each, with
 * the name of the worker.
 *
 * An item whose work rejects or throws counts as `failed`, and the pool goes on.
 *
 * @returns Resolves when every item was worked on and no work is running any more.
 * @throws {RangeError} Unless `workers` and `maxSize` are whole numbers from 1 up (`maxSize` may be
 * `Infinity`). Then nothing is read or called.
 * @throws What `items` throws, once the work on the items it gave before is over.
 */
export async function runWorkerPool<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, worker: string) => Promise<void>,
  options: PoolOptions = {},
): Promise<PoolReport> {
  // TODO 03.6: The items may come faster than they are worked on. What keeps them from piling up?

  // TODO 03.6: One item's work fails. Its worker has others to do, and somebody waits for the end of all.

  // TODO 03.6: The last work is over, and every worker waits for one more item. Who tells them?

  throw new Error("Not written yet: runWorkerPool");
}
