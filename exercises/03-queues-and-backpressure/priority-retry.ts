// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03
//
// An API fails four times out of ten. Try again what failed, before anything new is begun, and give up
// what never works.
//
// The queue is your own: import { PriorityQueue } from "./ordered-queues.ts".

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
  // TODO 03.8: A call failed. What brings its item ahead of all that were not tried yet, this time and the next?

  // TODO 03.8: The queue is empty. Is it over, while a call is running that may fail?

  throw new Error("Not written yet: processWithRetries");
}
