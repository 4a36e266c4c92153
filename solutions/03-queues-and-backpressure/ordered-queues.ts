// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03 -- --solution
//
// One idea: which item is next has nothing to do with who waits. Both queues wait as `AsyncQueue`
// does, and differ from it only in their backlog.

import { AsyncQueue, type Backlog, type QueueOptions } from "./async-queue.ts";

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
    super(options, new Heap(options.compare));
  }
}

/**
 * An {@link AsyncQueue} that hands out its newest item first. Where a getter waits, an item goes
 * straight to it.
 */
export class LifoQueue<T> extends AsyncQueue<T> {
  /** @throws {RangeError} Unless `maxSize` is a whole number from 1 up, or `Infinity`. */
  constructor(options: QueueOptions = {}) {
    super(options, new Stack());
  }
}

/** An item, and how many were put before it: two are never equal in both. */
interface Entry<T> {
  readonly item: T;
  readonly number: number;
}

/** A binary heap: the children of `i` are at `2i + 1` and `2i + 2`, and neither goes before its parent. */
class Heap<T> implements Backlog<T> {
  readonly #entries: Entry<T>[] = [];
  readonly #compare: (a: T, b: T) => number;

  /** The number of the next entry: `push` counts it up. A heap by itself forgets in which order equals came. */
  #nextNumber = 0;

  constructor(compare: (a: T, b: T) => number) {
    if (typeof compare !== "function") throw new TypeError(`Expected \`compare\` to be a function, got ${compare}`);
    this.#compare = compare;
  }

  get length(): number {
    return this.#entries.length;
  }

  push(item: T): void {
    const entry = { item, number: this.#nextNumber++ };
    let hole = this.#entries.push(entry) - 1;
    // The hole rises past every parent that goes after the new entry.
    while (hole > 0) {
      const above = (hole - 1) >> 1;
      const parent = this.#entries[above] as Entry<T>;
      if (!this.#goesBefore(entry, parent)) break;
      this.#entries[hole] = parent;
      hole = above;
    }
    this.#entries[hole] = entry;
  }

  shift(): T | undefined {
    const [first] = this.#entries;
    const last = this.#entries.pop();
    if (first !== undefined && last !== undefined && this.length > 0) this.#sinkFromTop(last);
    return first?.item;
  }

  /** Fills the hole at the top with `entry`: the hole sinks past every child that goes before it. */
  #sinkFromTop(entry: Entry<T>): void {
    let hole = 0;
    for (;;) {
      let below = 2 * hole + 1;
      const [left, right] = [this.#entries[below], this.#entries[below + 1]];
      if (left === undefined) break;
      const child = right !== undefined && this.#goesBefore(right, left) ? right : left;
      if (child === right) below += 1;
      if (!this.#goesBefore(child, entry)) break;
      this.#entries[hole] = child;
      hole = below;
    }
    this.#entries[hole] = entry;
  }

  #goesBefore(a: Entry<T>, b: Entry<T>): boolean {
    const order = this.#compare(a.item, b.item);
    return order === 0 ? a.number < b.number : order < 0;
  }
}

class Stack<T> implements Backlog<T> {
  /** Newest last. */
  readonly #items: T[] = [];

  get length(): number {
    return this.#items.length;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    return this.#items.pop();
  }
}
