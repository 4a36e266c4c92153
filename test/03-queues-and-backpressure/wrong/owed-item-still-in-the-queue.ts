// Misconception: A put stores the item and wakes the getter, which then takes it.
// Way out: Between the wake-up and the turn of the getter others run, and take it. Give the item to the getter in the same step, and never store it.
// Must fail: 03.1 in every order of put, get, tryPut and tryGet, items and waiting gets are served first come, first served
// Must fail: 03.1 0, '', null and false are items like any other
// Must fail: 03.1 an item that is owed to a waiting get is no longer in the queue
// Must fail: 03.1 nor does it count towards maxSize, once there is one
// Must fail: 03.3 with maxSize 1, in every order of calls, size never exceeds it and room goes to the oldest put
// Must fail: 03.3 an item that is owed to a waiting get does not count towards maxSize
// Must fail: 03.4 no abort listener stays on a signal after its wait is over
// Must fail: 03.5 PriorityQueue: in every order of calls and aborts, waiting works as in AsyncQueue
// Must fail: 03.5 PriorityQueue with maxSize 1: the same, and puts wait for room
// Must fail: 03.5 PriorityQueue with maxSize 2: the same, and puts wait for room
// Must fail: 03.5 LifoQueue: in every order of calls and aborts, waiting works as in AsyncQueue
// Must fail: 03.5 LifoQueue: join waits for the taskDone of every item, an aborted signal takes none
// Must fail: 03.5 LifoQueue with maxSize 1: the same, and puts wait for room
// Must fail: 03.5 LifoQueue with maxSize 2: the same, and puts wait for room
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
  readonly #getters = new Line<void>();
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
    for (;;) {
      const item = this.tryGet();
      if (item !== undefined) return item;
      if (this.#isShutDown) throw new QueueShutDownError("nothing is left");
      await this.#getters.wait(signal, undefined);
    }
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
    this.#backlog.push(item);
    this.#getters.next()?.resolve();
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
