// Misconception: `push` adds an item and `pop` takes one, so the two belong together.
// Way out: `push` and `pop` work at the same end of an array. Which item do you get after putting a, b and c?
// Must fail: 03.1 get hands items out in the order of put
// Must fail: 03.1 in every order of put, get, tryPut and tryGet, items and waiting gets are served first come, first served
// Must fail: 03.1 0, '', null and false are items like any other
// Must fail: 03.1 items that look alike are all handed out
// Must fail: 03.1 an item comes out as it went in, whatever it is, and two queues share nothing
// Must fail: 03.6 as many as possible are at work: 3 workers, and a queue of 5
// Must fail: 03.6 as many as possible are at work: 3 workers, and a queue of Infinity
// Must fail: 03.6 work that rejects costs no worker: as many as possible go on
// Must fail: 03.6 work that throws synchronously costs no worker: as many as possible go on
// Must fail: 03.6 work that rejects with undefined costs no worker: as many as possible go on
// Must fail: 03.6 while the workers are busy, the producer fills the queue
// Must fail: 03.7 a handle that aborts: what was queued is handled, and no more is produced
// Must fail: 03.9 AsyncQueue: after a shutdown the iterator hands out what is left, in the queue's order, and ends
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

  constructor(options: QueueOptions = {}, backlog: Backlog<T> = new Stack()) {
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
    for (let putter = this.#putters.next(); putter; putter = this.#putters.next()) {
      putter.reject(new QueueShutDownError("no more items"));
    }
    for (let getter = this.#getters.next(); getter; getter = this.#getters.next()) {
      getter.reject(new QueueShutDownError("nothing is left"));
    }
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
  #waiters: Waiter<Value, Item>[] = [];
  #passed = 0;

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

  /** The one that has waited longest. Those that were aborted are still in the array, and are left out here. */
  next(): Waiter<Value, Item> | undefined {
    let waiter = this.#waiters[this.#passed++];
    while (waiter && (waiter.isOver || waiter.signal?.aborted)) {
      waiter = this.#waiters[this.#passed++];
    }
    if (!waiter) {
      this.#waiters = [];
      this.#passed = 0;
    }
    return waiter;
  }
}

class Stack<T> implements Backlog<T> {
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
