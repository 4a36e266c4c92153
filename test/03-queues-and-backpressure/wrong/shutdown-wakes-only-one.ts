// Misconception: `shutdown` tells the one that waits.
// Way out: There may be more of them, puts and gets alike, and nobody will come later to tell the others. Reject all.
// Must fail: 03.9 with maxSize 1, whenever the shutdown comes, what is in the queue is handed out and nobody is left waiting
// Must fail: 03.9 with maxSize 2, whenever the shutdown comes, what is in the queue is handed out and nobody is left waiting
// Must fail: 03.9 join still waits for what was taken and what is left, and an aborted signal goes before a shutdown
// Must fail: 03.9 AsyncQueue: a get that waits at the shutdown rejects, and leaves no listener on its signal
// Must fail: 03.9 PriorityQueue: a get that waits at the shutdown rejects, and leaves no listener on its signal
// Must fail: 03.9 LifoQueue: a get that waits at the shutdown rejects, and leaves no listener on its signal
// Must fail: 03.9 several iterators share the items, each item for one of them
// Stands for: async-queue.ts

export interface WaitOptions {
  signal?: AbortSignal;
}

export interface QueueOptions {
  maxSize?: number;
}

export interface Backlog<T> {
  readonly length: number;
  push(item: T): unknown;
  shift(): T | undefined;
}

export class QueueShutDownError extends Error {
  override readonly name = "QueueShutDownError";
}

interface Waiter<Value, Item> {
  item: Item;
  signal: AbortSignal | undefined;
  resolve: (value: Value) => void;
  reject: (reason: unknown) => void;
  isOver: boolean;
}

export class AsyncQueue<T> {
  readonly maxSize: number;
  readonly #backlog: Backlog<T>;
  readonly #getters = new Line<T>();
  readonly #putters = new Line<void, T>();
  readonly #joiners = new Line<void>();
  #unfinished = 0;
  #isShutDown = false;

  constructor(options: QueueOptions = {}, backlog: Backlog<T> = new Row()) {
    const { maxSize = Number.POSITIVE_INFINITY } = options;
    const isSound = maxSize === Number.POSITIVE_INFINITY || (Number.isInteger(maxSize) && maxSize > 0);
    if (!isSound)
      throw new RangeError(`Expected \`maxSize\` to be a whole number from 1 up, or Infinity, got ${maxSize}`);
    this.maxSize = maxSize;
    this.#backlog = backlog;
  }

  get size(): number {
    return this.#backlog.length;
  }

  async put(item: T, { signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryPut(item)) return;
    await this.#putters.wait(signal, item);
  }

  async get({ signal }: WaitOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    const item = this.tryGet();
    if (item !== undefined) return item;
    if (this.#isShutDown) throw new QueueShutDownError("nothing is left");
    return this.#getters.wait(signal, undefined);
  }

  tryPut(item: T): boolean {
    if (this.#isShutDown) throw new QueueShutDownError("no more items");
    if (this.size >= this.maxSize) return false;
    this.#add(item);
    return true;
  }

  tryGet(): T | undefined {
    const item = this.#backlog.shift();
    if (item === undefined) return undefined;
    const putter = this.#putters.next();
    if (putter) {
      this.#add(putter.item);
      putter.resolve();
    }
    return item;
  }

  taskDone(): void {
    if (this.#unfinished === 0) throw new Error("taskDone() without an item");
    this.#unfinished -= 1;
    if (this.#unfinished > 0) return;
    for (let joiner = this.#joiners.next(); joiner; joiner = this.#joiners.next()) joiner.resolve();
  }

  async join({ signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#unfinished > 0) await this.#joiners.wait(signal, undefined);
  }

  shutdown(): void {
    this.#isShutDown = true;
    this.#putters.next()?.reject(new QueueShutDownError("no more items"));
    this.#getters.next()?.reject(new QueueShutDownError("nothing is left"));
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    for (;;) {
      let item: T;
      try {
        item = await this.get();
      } catch (error) {
        if (error instanceof QueueShutDownError) return;
        throw error;
      }
      yield item;
    }
  }

  #add(item: T): void {
    this.#unfinished += 1;
    const getter = this.#getters.next();
    if (getter) getter.resolve(item);
    else this.#backlog.push(item);
  }
}

class Line<Value, Item = undefined> {
  readonly #waiters = new Row<Waiter<Value, Item>>();

  wait(signal: AbortSignal | undefined, item: Item): Promise<Value> {
    return new Promise((resolve, reject) => {
      const waiter: Waiter<Value, Item> = {
        item,
        signal,
        isOver: false,
        resolve: (value) => {
          end();
          resolve(value);
        },
        reject: (reason) => {
          end();
          reject(reason);
        },
      };
      const onAbort = () => waiter.reject(signal?.reason);
      const end = () => {
        waiter.isOver = true;
        signal?.removeEventListener("abort", onAbort);
      };
      signal?.addEventListener("abort", onAbort);
      this.#waiters.push(waiter);
    });
  }

  /** The one that has waited longest. Those that were aborted are still in the row, and are left out here. */
  next(): Waiter<Value, Item> | undefined {
    let waiter = this.#waiters.shift();
    while (waiter && (waiter.isOver || waiter.signal?.aborted)) waiter = this.#waiters.shift();
    return waiter;
  }
}

/** An array that is not moved at each `shift`: it is cut when half of it is used up. */
class Row<T> implements Backlog<T> {
  #items: (T | undefined)[] = [];
  #head = 0;

  get length(): number {
    return this.#items.length - this.#head;
  }

  push(item: T): void {
    this.#items.push(item);
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items[this.#head];
    this.#items[this.#head] = undefined;
    this.#head += 1;
    if (this.#head * 2 > this.#items.length) {
      this.#items = this.#items.slice(this.#head);
      this.#head = 0;
    }
    return item;
  }
}
