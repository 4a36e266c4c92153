// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03 -- --solution
//
// One idea: the number of calls an item has had is its priority, so a failure raises it by itself.

import { PriorityQueue } from "./ordered-queues.ts";

/** How each item ended; both lists in the order in which they ended. */
export interface RetryReport<T, R> {
  /** Items whose last call resolved: with its value, and how many calls it took. */
  succeeded: { item: T; value: R; attempts: number }[];

  /** Items that were given up: with the error of the last call, and how many calls there were. */
  failed: { item: T; error: unknown; attempts: number }[];
}

export interface RetryOptions {
  /**
   * How many calls run at the same time, at most.
   *
   * @default 2
   */
  workers?: number;

  /**
   * After how many calls an item is given up, the first one counted.
   *
   * @default 5
   */
  maxAttempts?: number;
}

/**
 * Calls `call` for each item until it resolves, at most `maxAttempts` times. An item whose call
 * rejects or throws is tried again before any item that was not tried yet, and without a pause.
 *
 * @returns Resolves when every item has succeeded or was given up: a failure is in the report, and
 * never a rejection.
 * @throws {RangeError} Unless `workers` and `maxAttempts` are whole numbers from 1 up. Then nothing
 * is read or called.
 */
export async function processWithRetries<T, R>(
  items: Iterable<T>,
  call: (item: T) => Promise<R>,
  options: RetryOptions = {},
): Promise<RetryReport<T, R>> {
  const { workers = 2, maxAttempts = 5 } = options;
  for (const [name, value] of Object.entries({ workers, maxAttempts })) {
    if (!Number.isInteger(value) || value < 1) {
      throw new RangeError(`Expected \`${name}\` to be a whole number from 1 up, got ${value}`);
    }
  }
  const report: RetryReport<T, R> = { succeeded: [], failed: [] };
  // The limit is on the calls, not on the queue: a worker that waits for room to put an item back
  // would wait for itself.
  const queue = new PriorityQueue<Task<T>>({ compare: (a, b) => b.attempts - a.attempts });
  for (const item of items) queue.tryPut({ item, attempts: 0 });

  const closing = new AbortController();
  /** Tries item after item. It ends in one way only: the `get` that waits is aborted. */
  const runWorker = async (): Promise<never> => {
    for (;;) {
      const task = await queue.get({ signal: closing.signal });
      const { item } = task;
      const attempts = task.attempts + 1;
      try {
        report.succeeded.push({ item, value: await call(item), attempts });
      } catch (error) {
        if (attempts < maxAttempts) queue.tryPut({ item, attempts });
        else report.failed.push({ item, error, attempts });
      }
      // After the item is back in: otherwise `join` could find nothing outstanding, and end too soon.
      queue.taskDone();
    }
  };
  const running = Promise.allSettled(Array.from({ length: workers }, runWorker));

  await queue.join();
  closing.abort();
  await running;
  return report;
}

/** An item in the queue, and how many calls it has had. */
interface Task<T> {
  readonly item: T;
  readonly attempts: number;
}
