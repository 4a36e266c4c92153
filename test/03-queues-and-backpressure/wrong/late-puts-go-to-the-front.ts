// Misconception: Room belongs to the oldest waiting put, so its item is the next to come out.
// Way out: It was the next to go in. Which item comes out next is for `compare` to say, as for every other.
// Must fail: 03.5 PriorityQueue with maxSize 2: the same, and puts wait for room
// Stands for: ordered-queues.ts

import { type QueueOptions, QueueShutDownError, type WaitOptions } from "./async-queue.ts";

export interface PriorityQueueOptions<T> extends QueueOptions {
  compare: (a: T, b: T) => number;
}

interface Waiter<Value, Item> {
  item: Item;
  end: (how: { value: Value } | { reason: unknown }) => void;
}

/** The waiting, written once more. What is kept where is up to the two queues. */
abstract class Waiting<T> {
  readonly maxSize: number;
  readonly #getters: Waiter<T, undefined>[] = [];
  readonly #putters: Waiter<void, T>[] = [];
  readonly #joiners: Waiter<void, undefined>[] = [];
  #unfinished = 0;
  #isShutDown = false;

  constructor({ maxSize = Number.POSITIVE_INFINITY }: QueueOptions = {}) {
    if (maxSize !== Number.POSITIVE_INFINITY && (maxSize < 1 || !Number.isInteger(maxSize))) {
      throw new RangeError(`maxSize: ${maxSize}`);
    }
    this.maxSize = maxSize;
  }

  abstract get size(): number;
  protected abstract store(item: T): void;
  protected abstract storeLate(item: T): void;
  protected abstract take(): T | undefined;

  async put(item: T, { signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (!this.tryPut(item)) await inLine(this.#putters, item, signal);
  }

  async get({ signal }: WaitOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    if (this.size > 0) return this.tryGet() as T;
    if (this.#isShutDown) throw new QueueShutDownError("shut down");
    return inLine(this.#getters, undefined, signal);
  }

  tryPut(item: T): boolean {
    if (this.#isShutDown) throw new QueueShutDownError("shut down");
    if (this.size >= this.maxSize) return false;
    this.#unfinished += 1;
    const getter = this.#getters.shift();
    if (getter) getter.end({ value: item });
    else this.store(item);
    return true;
  }

  tryGet(): T | undefined {
    const item = this.take();
    const putter = item === undefined ? undefined : this.#putters.shift();
    if (putter) {
      this.#unfinished += 1;
      this.storeLate(putter.item);
      putter.end({ value: undefined });
    }
    return item;
  }

  taskDone(): void {
    if (this.#unfinished === 0) throw new Error("taskDone() without an item");
    this.#unfinished -= 1;
    if (this.#unfinished === 0) for (const joiner of this.#joiners.splice(0)) joiner.end({ value: undefined });
  }

  async join({ signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#unfinished > 0) await inLine(this.#joiners, undefined, signal);
  }

  shutdown(): void {
    this.#isShutDown = true;
    for (const one of [...this.#putters.splice(0), ...this.#getters.splice(0)]) {
      one.end({ reason: new QueueShutDownError("shut down") });
    }
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) yield await this.get();
    } catch (error) {
      if (!(error instanceof QueueShutDownError)) throw error;
    }
  }
}

/** Waits at the end of `line` until ended; an aborted one is taken out of it. */
function inLine<Value, Item>(line: Waiter<Value, Item>[], item: Item, signal: AbortSignal | undefined): Promise<Value> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      line.splice(line.indexOf(waiter), 1);
      waiter.end({ reason: signal?.reason });
    };
    const waiter: Waiter<Value, Item> = {
      item,
      end: (how) => {
        signal?.removeEventListener("abort", onAbort);
        if ("value" in how) resolve(how.value);
        else reject(how.reason);
      },
    };
    signal?.addEventListener("abort", onAbort);
    line.push(waiter);
  });
}

/** Sorted at every moment: a list, and above it ever thinner ones to find the place in. */
interface Node<T> {
  readonly item: T | undefined;
  readonly next: (Node<T> | undefined)[];
}

export class PriorityQueue<T> extends Waiting<T> {
  readonly #compare: (a: T, b: T) => number;
  readonly #head: Node<T> = { item: undefined, next: Array.from({ length: 17 }, () => undefined) };
  #stored = 0;
  #size = 0;

  constructor(options: PriorityQueueOptions<T>) {
    super(options);
    if (typeof options.compare !== "function") throw new TypeError("`compare` must be a function");
    this.#compare = options.compare;
  }

  get size(): number {
    return this.#size;
  }

  protected override store(item: T): void {
    this.#size += 1;
    this.#stored += 1;
    // Scrambled, so that no order of items meets it; a half of all nodes are in list 1, a quarter in list 2, …
    const scrambled = Math.imul(this.#stored, 0x9e3779b1) >>> 0;
    const height = Math.min(17, Math.clz32(scrambled) + 1);
    const node: Node<T> = { item, next: [] };
    let before = this.#head;
    for (let list = 16; list >= 0; list--) {
      // Behind all that are equal, too.
      for (let next = before.next[list]; next && this.#compare(next.item as T, item) <= 0; next = before.next[list]) {
        before = next;
      }
      if (list >= height) continue;
      node.next[list] = before.next[list];
      before.next[list] = node;
    }
  }

  protected override storeLate(item: T): void {
    this.#size += 1;
    this.#head.next[0] = { item, next: [this.#head.next[0]] };
  }

  protected override take(): T | undefined {
    const [first] = this.#head.next;
    if (!first) return undefined;
    for (const [list, next] of first.next.entries()) this.#head.next[list] = next;
    this.#size -= 1;
    return first.item;
  }
}

export class LifoQueue<T> extends Waiting<T> {
  readonly #stack: T[] = [];

  get size(): number {
    return this.#stack.length;
  }

  protected override store(item: T): void {
    this.#stack.push(item);
  }

  protected override storeLate(item: T): void {
    this.#stack.push(item);
  }

  protected override take(): T | undefined {
    return this.#stack.pop();
  }
}
