// Misconception: An array that is sorted after every put is a priority queue.
// Way out: Sorting looks at all items to place one. A heap moves a new item past one per level: 16 levels for 64,000 items.
// Must fail: 03.10 PriorityQueue: an item costs hardly more, however many there are
// Stands for: ordered-queues.ts

import { AsyncQueue, type QueueOptions } from "./async-queue.ts";

export interface PriorityQueueOptions<T> extends QueueOptions {
  compare: (a: T, b: T) => number;
}

export class PriorityQueue<T> extends AsyncQueue<T> {
  constructor(options: PriorityQueueOptions<T>) {
    const { compare } = options;
    if (typeof compare !== "function") throw new TypeError("`compare` is not a function");
    const items: T[] = [];
    super(options, {
      get length() {
        return items.length;
      },
      push: (item) => {
        items.push(item);
        // `sort` is stable: the newest of equals stays the last of them.
        items.sort(compare);
      },
      shift: () => items.shift(),
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
