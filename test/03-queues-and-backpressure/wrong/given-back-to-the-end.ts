// Misconception: An item that was not taken after all is put again.
// Way out: It was the oldest, and was somebody's already: `put` sends it behind all the others. Give it to the next getter, or keep it at the front.
// Must fail: 03.4 what an aborted get gives back goes to the next getter, before anything that was put later
// Must fail: 03.4 what an aborted get gives back stands ahead of what is in the queue
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

/** A call asleep. Whoever wakes it says nothing more: awake, it looks for itself what there is to do. */
class Sleeper {
  readonly sleep: Promise<void>;
  wake: () => void = () => {};
  isAwake = false;
  /** An item in `#owed` is kept for it. */
  isPromised = false;

  constructor(signal: AbortSignal | undefined) {
    this.sleep = new Promise((resolve) => {
      this.wake = () => {
        this.isAwake = true;
        signal?.removeEventListener("abort", this.wake);
        resolve();
      };
    });
    signal?.addEventListener("abort", this.wake);
  }
}

interface WaitingPut<T> {
  readonly item: T;
  readonly sleeper: Sleeper;
  isIn: boolean;
}

export class AsyncQueue<T> {
  readonly maxSize: number;
  readonly #backlog: Backlog<T>;
  /** One for each getter that was woken and has not run yet: no longer in the queue. */
  readonly #owed = new Fifo<T>();
  readonly #getters = new Fifo<Sleeper>();
  readonly #putters = new Fifo<WaitingPut<T>>();
  readonly #joiners = new Fifo<Sleeper>();
  #unfinished = 0;
  #isClosed = false;

  constructor(options: QueueOptions = {}, backlog: Backlog<T> = new Fifo()) {
    const { maxSize = Number.POSITIVE_INFINITY } = options;
    if (maxSize !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(maxSize) && maxSize > 0)) {
      throw new RangeError(`A queue cannot hold ${maxSize} items`);
    }
    this.maxSize = maxSize;
    this.#backlog = backlog;
  }

  get size(): number {
    return this.#backlog.length;
  }

  async put(item: T, { signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryPut(item)) return;
    const putter = { item, sleeper: new Sleeper(signal), isIn: false };
    this.#putters.push(putter);
    await putter.sleeper.sleep;
    if (putter.isIn) return;
    signal?.throwIfAborted();
    throw new QueueShutDownError("closed while a put waited");
  }

  async get({ signal }: WaitOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    const item = this.tryGet();
    if (item !== undefined) return item;
    if (this.#isClosed) throw new QueueShutDownError("closed, and nothing is left");
    const sleeper = new Sleeper(signal);
    this.#getters.push(sleeper);
    await sleeper.sleep;
    if (signal?.aborted) {
      if (sleeper.isPromised) this.#passOn();
      throw signal.reason;
    }
    if (!sleeper.isPromised) throw new QueueShutDownError("closed while a get waited");
    return this.#owed.shift() as T;
  }

  tryPut(item: T): boolean {
    if (this.#isClosed) throw new QueueShutDownError("closed");
    this.#letIn();
    if (this.size >= this.maxSize) return false;
    this.#add(item);
    return true;
  }

  tryGet(): T | undefined {
    this.#letIn();
    const item = this.#backlog.shift();
    // Not now: the next call will, or this turn's end.
    if (item !== undefined && this.#putters.length > 0) queueMicrotask(() => this.#letIn());
    return item;
  }

  taskDone(): void {
    if (this.#unfinished < 1) throw new Error("taskDone() without work");
    this.#unfinished -= 1;
    if (this.#unfinished > 0) return;
    for (let one = this.#joiners.shift(); one; one = this.#joiners.shift()) {
      if (one.isAwake) continue;
      one.isPromised = true;
      one.wake();
    }
  }

  async join({ signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#unfinished === 0) return;
    const sleeper = new Sleeper(signal);
    this.#joiners.push(sleeper);
    await sleeper.sleep;
    if (!sleeper.isPromised) throw signal?.reason;
  }

  shutdown(): void {
    this.#letIn();
    this.#isClosed = true;
    for (let one = this.#putters.shift(); one; one = this.#putters.shift()) one.sleeper.wake();
    for (let one = this.#getters.shift(); one; one = this.#getters.shift()) one.wake();
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<T, void, undefined> {
    try {
      for (;;) yield await this.get();
    } catch (error) {
      if (!(error instanceof QueueShutDownError)) throw error;
    }
  }

  #add(item: T): void {
    this.#unfinished += 1;
    if (this.#promise()) this.#owed.push(item);
    else this.#backlog.push(item);
  }

  /** Wakes the next getter, for an item that the caller keeps for it. */
  #promise(): boolean {
    let getter = this.#getters.shift();
    while (getter?.isAwake) getter = this.#getters.shift();
    if (!getter) return false;
    getter.isPromised = true;
    getter.wake();
    return true;
  }

  /** A getter was promised an item, and was aborted: those behind it move up by one, and one item is over. */
  #passOn(): void {
    if (this.#promise()) return;
    const item = this.#owed.pop();
    if (item !== undefined) this.#backlog.push(item);
  }

  /** Waiting puts that have room go in, before anything else can take it. */
  #letIn(): void {
    while (this.#putters.length > 0 && this.size < this.maxSize) {
      const putter = this.#putters.shift();
      if (!putter || putter.sleeper.isAwake) continue;
      putter.isIn = true;
      putter.sleeper.wake();
      this.#add(putter.item);
    }
  }
}

class Fifo<T> implements Backlog<T> {
  readonly #items = new Map<number, T>();
  #first = 0;
  #behindLast = 0;

  get length(): number {
    return this.#behindLast - this.#first;
  }

  push(item: T): void {
    this.#items.set(this.#behindLast, item);
    this.#behindLast += 1;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const item = this.#items.get(this.#first);
    this.#items.delete(this.#first);
    this.#first += 1;
    return item;
  }

  pop(): T | undefined {
    if (this.length === 0) return undefined;
    this.#behindLast -= 1;
    const item = this.#items.get(this.#behindLast);
    this.#items.delete(this.#behindLast);
    return item;
  }
}
