// Misconception: Whoever comes to the front of the line and has been aborted is skipped.
// Way out: Skipping it takes one look, and the room or the item goes to nobody. Go on until you find one that still waits, or the line is empty.
// Must fail: 03.4 whoever is aborted takes nothing, adds nothing and holds up nobody
// Must fail: 03.4 the same on a queue with maxSize 1, where puts wait
// Must fail: 03.4 the same on a queue with maxSize 2, where puts wait
// Must fail: 03.4 a join that is aborted rejects, and the others wait on; an aborted put is never counted
// Must fail: 03.4 no abort listener stays on a signal after its wait is over
// Must fail: 03.4 of two waiting puts of the same item, the one that is aborted goes, and the other stays
// Must fail: 03.5 PriorityQueue: in every order of calls and aborts, waiting works as in AsyncQueue
// Must fail: 03.5 PriorityQueue with maxSize 1: the same, and puts wait for room
// Must fail: 03.5 PriorityQueue with maxSize 2: the same, and puts wait for room
// Must fail: 03.5 LifoQueue: in every order of calls and aborts, waiting works as in AsyncQueue
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
    while (this.#joiners.length > 0) this.#joiners.next()?.resolve();
  }

  async join({ signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#unfinished > 0) await this.#joiners.wait(signal, undefined);
  }

  shutdown(): void {
    this.#isShutDown = true;
    while (this.#putters.length > 0) {
      this.#putters.next()?.reject(new QueueShutDownError("no more items"));
    }
    while (this.#getters.length > 0) {
      this.#getters.next()?.reject(new QueueShutDownError("nothing is left"));
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
  readonly #waiters = new Row<Waiter<Value, Item>>();

  get length(): number {
    return this.#waiters.length;
  }

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

  /** The one that has waited longest. One that was aborted is still in the row, and is left out here. */
  next(): Waiter<Value, Item> | undefined {
    const waiter = this.#waiters.shift();
    return waiter && (waiter.isOver || waiter.signal?.aborted) ? undefined : waiter;
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
