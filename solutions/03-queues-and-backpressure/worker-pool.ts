// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03 -- --solution
//
// One idea: the end comes in two steps. `join` says that all work is done; only then is it safe to
// call off the workers, since each of them waits for an item that will not come.

import { AsyncQueue } from "./async-queue.ts";

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
  const { workers = 3, maxSize = 5 } = options;
  if (!Number.isInteger(workers) || workers < 1) {
    throw new RangeError(`Expected \`workers\` to be a whole number from 1 up, got ${workers}`);
  }
  const queue = new AsyncQueue<T>({ maxSize });
  const startedMs = performance.now();
  let lastEndMs = startedMs;
  const stats = Array.from({ length: workers }, (_, n) => ({ name: `W${n}`, processed: 0, failed: 0, averageMs: 0 }));
  const closing = new AbortController();

  /** Works on item after item. It ends in one way only: the `get` that waits is aborted. */
  const runWorker = async (row: WorkerStats): Promise<never> => {
    let busyMs = 0;
    for (;;) {
      const item = await queue.get({ signal: closing.signal });
      const beganMs = performance.now();
      try {
        await work(item, row.name);
        row.processed += 1;
      } catch {
        row.failed += 1;
      }
      lastEndMs = performance.now();
      busyMs += lastEndMs - beganMs;
      row.averageMs = busyMs / (row.processed + row.failed);
      queue.taskDone();
    }
  };
  const running = Promise.allSettled(stats.map(runWorker));

  try {
    for await (const item of items) await queue.put(item);
  } finally {
    await queue.join();
    closing.abort();
    await running;
  }
  return { workers: stats, elapsedMs: lastEndMs - startedMs };
}
