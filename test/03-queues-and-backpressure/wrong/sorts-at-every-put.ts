// Misconception: An array that is sorted after every put is a priority queue.
// Way out: Sorting looks at all items to place one. A heap moves a new item past one per level: 16 levels for 64,000 items.
// Must fail: ?
// Stands for: ordered-queues.ts

import { AsyncQueue, type Backlog, type QueueOptions } from "./async-queue.ts";

export interface PriorityQueueOptions<T> extends QueueOptions {
  compare: (a: T, b: T) => number;
}

export class PriorityQueue<T> extends AsyncQueue<T> {
  constructor(options: PriorityQueueOptions<T>) {
    if (typeof options.compare !== "function") throw new TypeError("`compare` is not a function");
    let puts = 0;
    const sorted = new Sorted<{ item: T; number: number }>(
      (a, b) => options.compare(a.item, b.item) || a.number - b.number,
    );
    super(options, {
      get length() {
        return sorted.length;
      },
      push: (item) => sorted.push({ item, number: puts++ }),
      shift: () => sorted.shift()?.item,
    });
  }
}

export class LifoQueue<T> extends AsyncQueue<T> {
  constructor(options: QueueOptions = {}) {
    const items: T[] = [];
    super(options, {
      get length() {
        return items.length;
      },
      push: (item) => items.push(item),
      shift: () => items.pop(),
    });
  }
}

/** The smallest at the end, where it is cheap to take. */
class Sorted<V> implements Backlog<V> {
  readonly #values: V[] = [];
  readonly #compare: (a: V, b: V) => number;

  constructor(compare: (a: V, b: V) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#values.length;
  }

  push(value: V): void {
    this.#values.push(value);
    this.#values.sort((a, b) => this.#compare(b, a));
  }

  shift(): V | undefined {
    return this.#values.pop();
  }
}
