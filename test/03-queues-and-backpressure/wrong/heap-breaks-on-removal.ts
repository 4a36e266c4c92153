// Misconception: When the top is gone, one of the two below it moves up.
// Way out: The smaller of the two must, at every level: the larger would lie above its sibling then, and come out first. Compare both.
// Must fail: 03.5 a PriorityQueue hands out the smallest first, equals in the order they were put
// Must fail: 03.5 equals stay in the order they were put, however many there are
// Must fail: 03.5 whatever is put in between, the smallest comes out, and equals in their order
// Must fail: 03.5 PriorityQueue: join waits for the taskDone of every item, an aborted signal takes none
// Must fail: 03.5 compare is asked in its own terms: any negative, zero or positive number will do
// Must fail: 03.8 fresh items are called in the order in which they were given
// Must fail: 03.8 as many calls as `workers` run at the same time, never more: 1
// Must fail: 03.8 as many calls as `workers` run at the same time, never more: 2
// Must fail: 03.8 as many calls as `workers` run at the same time, never more: 3
// Stands for: ordered-queues.ts

import { AsyncQueue, type Backlog, type QueueOptions } from "./async-queue.ts";

export interface PriorityQueueOptions<T> extends QueueOptions {
  compare: (a: T, b: T) => number;
}

export class PriorityQueue<T> extends AsyncQueue<T> {
  constructor(options: PriorityQueueOptions<T>) {
    if (typeof options.compare !== "function") throw new TypeError("`compare` is not a function");
    let puts = 0;
    const numbered = new Heap<{ item: T; number: number }>(
      (a, b) => options.compare(a.item, b.item) || a.number - b.number,
    );
    super(options, {
      get length() {
        return numbered.length;
      },
      push: (item) => numbered.push({ item, number: puts++ }),
      shift: () => numbered.shift()?.item,
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

/** The smallest on top; each is at most as large as the two below it. */
class Heap<V> implements Backlog<V> {
  readonly #tree: V[] = [];
  readonly #compare: (a: V, b: V) => number;

  constructor(compare: (a: V, b: V) => number) {
    this.#compare = compare;
  }

  get length(): number {
    return this.#tree.length;
  }

  push(value: V): void {
    this.#tree.push(value);
    let at = this.#tree.length - 1;
    while (at > 0) {
      const parent = Math.floor((at - 1) / 2);
      if (!this.#isBefore(at, parent)) return;
      this.#swap(at, parent);
      at = parent;
    }
  }

  shift(): V | undefined {
    if (this.#tree.length === 0) return undefined;
    this.#swap(0, this.#tree.length - 1);
    const top = this.#tree.pop();
    let at = 0;
    for (;;) {
      const [left, right] = [2 * at + 1, 2 * at + 2];
      let smallest = at;
      if (this.#isBefore(left, smallest)) smallest = left;
      else if (this.#isBefore(right, smallest)) smallest = right;
      if (smallest === at) return top;
      this.#swap(at, smallest);
      at = smallest;
    }
  }

  #isBefore(one: number, other: number): boolean {
    if (one >= this.#tree.length) return false;
    return this.#compare(this.#tree[one] as V, this.#tree[other] as V) < 0;
  }

  #swap(one: number, other: number): void {
    [this.#tree[one], this.#tree[other]] = [this.#tree[other] as V, this.#tree[one] as V];
  }
}
