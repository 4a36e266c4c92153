// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03
//
// An alert should not wait behind ten thousand log lines. These two queues wait as yours does, and hand
// out in another order.

import { AsyncQueue, type QueueOptions } from "./async-queue.ts";

export interface PriorityQueueOptions<T> extends QueueOptions {
  /** Negative when `a` goes before `b`, positive when after, 0 when they are equal; it must not throw. */
  compare: (a: T, b: T) => number;
}

/**
 * An {@link AsyncQueue} that hands out its smallest item first, by `compare`; equal ones in the order
 * they were put. Where a getter waits, an item goes straight to it.
 */
export class PriorityQueue<T> extends AsyncQueue<T> {
  /**
   * @throws {RangeError} Unless `maxSize` is a whole number from 1 up, or `Infinity`.
   * @throws {TypeError} Unless `compare` is a function.
   */
  constructor(options: PriorityQueueOptions<T>) {
    super(options);
    // TODO 03.5: Two items compare equal. What still tells which of them was put first?

    // TODO 03.10: The order is right. What does it cost to keep it, when 100,000 items wait?
    throw new Error("Not written yet: PriorityQueue");
  }
}

/**
 * An {@link AsyncQueue} that hands out its newest item first. Where a getter waits, an item goes
 * straight to it.
 */
export class LifoQueue<T> extends AsyncQueue<T> {
  /** @throws {RangeError} Unless `maxSize` is a whole number from 1 up, or `Infinity`. */
  constructor(options: QueueOptions = {}) {
    super(options);
    // TODO 03.5: Only the order is another one. How much of `AsyncQueue` has to be written again for that?
    throw new Error("Not written yet: LifoQueue");
  }
}
