// Neither queue extends AsyncQueue: both have one, with a heap of trees and a pile of links behind it.
// Stands for: ordered-queues.ts

import { AsyncQueue, type Backlog, type QueueOptions, type WaitOptions } from "./async-queue.ts";

export interface PriorityQueueOptions<T> extends QueueOptions {
  compare: (a: T, b: T) => number;
}

/** Has an AsyncQueue, and is none. */
abstract class Delegating<T> {
  readonly #queue: AsyncQueue<T>;

  constructor(options: QueueOptions, backlog: Backlog<T>) {
    this.#queue = new AsyncQueue<T>({ maxSize: options.maxSize }, backlog);
  }

  get maxSize(): number {
    return this.#queue.maxSize;
  }

  get size(): number {
    return this.#queue.size;
  }

  put(item: T, options?: WaitOptions): Promise<void> {
    return this.#queue.put(item, options);
  }

  get(options?: WaitOptions): Promise<T> {
    return this.#queue.get(options);
  }

  tryPut(item: T): boolean {
    return this.#queue.tryPut(item);
  }

  tryGet(): T | undefined {
    return this.#queue.tryGet();
  }

  taskDone(): void {
    this.#queue.taskDone();
  }

  join(options?: WaitOptions): Promise<void> {
    return this.#queue.join(options);
  }

  shutdown(): void {
    this.#queue.shutdown();
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return this.#queue[Symbol.asyncIterator]();
  }
}

export class PriorityQueue<T> extends Delegating<T> {
  constructor(options: PriorityQueueOptions<T>) {
    super(options, new PairingHeap(options.compare));
  }
}

export class LifoQueue<T> extends Delegating<T> {
  constructor(options: QueueOptions = {}) {
    super(options, new Pile());
  }
}

interface Tree<T> {
  readonly item: T;
  readonly number: number;
  /** The first of its children, and the next child of its parent. */
  child: Tree<T> | undefined;
  sibling: Tree<T> | undefined;
}

/** No array: trees that are joined, the one that goes first on top. */
class PairingHeap<T> implements Backlog<T> {
  length = 0;
  #root: Tree<T> | undefined;
  #pushed = 0;

  constructor(readonly compare: (a: T, b: T) => number) {
    if (typeof compare !== "function") throw new TypeError("compare must be a function");
  }

  push(item: T): void {
    const tree: Tree<T> = { item, number: this.#pushed++, child: undefined, sibling: undefined };
    this.#root = this.#root ? this.#joined(this.#root, tree) : tree;
    this.length += 1;
  }

  shift(): T | undefined {
    const root = this.#root;
    if (!root) return undefined;
    this.length -= 1;
    // In pairs, and then all into one.
    const pairs: Tree<T>[] = [];
    for (let one = root.child; one; ) {
      const other: Tree<T> | undefined = one.sibling;
      const rest = other?.sibling;
      one.sibling = undefined;
      if (other) other.sibling = undefined;
      pairs.push(other ? this.#joined(one, other) : one);
      one = rest;
    }
    let all = pairs.pop();
    for (let pair = pairs.pop(); all && pair; pair = pairs.pop()) all = this.#joined(all, pair);
    this.#root = all;
    return root.item;
  }

  #joined(one: Tree<T>, other: Tree<T>): Tree<T> {
    const order = this.compare(one.item, other.item) || one.number - other.number;
    const [above, below] = order < 0 ? [one, other] : [other, one];
    below.sibling = above.child;
    above.child = below;
    return above;
  }
}

interface Plate<T> {
  readonly item: T;
  readonly under: Plate<T> | undefined;
}

class Pile<T> implements Backlog<T> {
  length = 0;
  #top: Plate<T> | undefined;

  push(item: T): void {
    this.#top = { item, under: this.#top };
    this.length += 1;
  }

  shift(): T | undefined {
    if (!this.#top) return undefined;
    const { item, under } = this.#top;
    this.#top = under;
    this.length -= 1;
    return item;
  }
}
