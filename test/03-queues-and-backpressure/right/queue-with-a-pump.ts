// A pump settles promises and lets waiting puts in, once a turn; what need not wait takes effect at once.
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

/** A call whose promise is still open. `isServed`: what it waits for is its own, and on its way. */
interface Waiting<Value> {
  resolve: (value: Value) => void;
  reject: (reason: unknown) => void;
  isServed: boolean;
  isGone: boolean;
}

/** What goes in when there is room. A `tryPut` behind a waiting put is one too, with nobody to tell. */
interface Entry<T> extends Waiting<void> {
  readonly item: T;
  readonly isCounted: boolean;
}

/** Promises are settled, and waiting puts let in, by a pump that runs once in a turn of the event loop. */
export class AsyncQueue<T> {
  readonly maxSize: number;
  readonly #backlog: Backlog<T>;
  /** Given back by aborted getters, which had got it before anything in the backlog. Oldest first. */
  readonly #first: { item: T; number: number }[] = [];
  #getters = new Chunks<Waiting<T>>();
  #entries = new Chunks<Entry<T>>();
  #joiners: Waiting<void>[] = [];
  #deliveries: (() => void)[] = [];
  #gettersWaiting = 0;
  #entriesWaiting = 0;
  #handedOver = 0;
  #unfinished = 0;
  #isShut = false;
  #isPumpOn = false;

  constructor(options: QueueOptions = {}, backlog: Backlog<T> = new Chunks<T>()) {
    const { maxSize = Infinity } = options;
    if (maxSize !== Infinity && !(Number.isInteger(maxSize) && maxSize >= 1)) {
      throw new RangeError(`maxSize is ${maxSize}, and should be 1, 2, 3, … or Infinity`);
    }
    this.maxSize = maxSize;
    this.#backlog = backlog;
  }

  get size(): number {
    return this.#first.length + this.#backlog.length;
  }

  async put(item: T, { signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.tryPut(item)) return;
    await this.#wait<void>(
      signal,
      (waiting) => {
        this.#entries.push(Object.assign(waiting, { item, isCounted: false }));
        this.#entriesWaiting += 1;
      },
      () => {
        this.#entriesWaiting -= 1;
        this.#startPump();
      },
    );
  }

  async get({ signal }: WaitOptions = {}): Promise<T> {
    signal?.throwIfAborted();
    const item = this.tryGet();
    if (item !== undefined) return item;
    if (this.#isShut) throw new QueueShutDownError("shut down, and empty");
    return this.#wait<T>(
      signal,
      (waiting) => {
        this.#getters.push(waiting);
        this.#gettersWaiting += 1;
      },
      () => {
        this.#gettersWaiting -= 1;
      },
    );
  }

  tryPut(item: T): boolean {
    if (this.#isShut) throw new QueueShutDownError("shut down");
    if (this.size + this.#entriesWaiting - this.#gettersWaiting >= this.maxSize) return false;
    this.#unfinished += 1;
    if (this.#entriesWaiting === 0) {
      this.#store(item);
      return true;
    }
    // There is room for it, but first for those before it.
    const nobody = () => {};
    this.#entries.push({ item, isCounted: true, resolve: nobody, reject: nobody, isServed: false, isGone: false });
    this.#entriesWaiting += 1;
    return true;
  }

  tryGet(): T | undefined {
    const item = this.#first.length > 0 ? this.#first.shift()?.item : this.#backlog.shift();
    if (item !== undefined) this.#startPump();
    return item;
  }

  taskDone(): void {
    if (this.#unfinished === 0) throw new Error("There is no task that could be done");
    this.#unfinished -= 1;
    if (this.#unfinished > 0) return;
    for (const joiner of this.#joiners) this.#deliver(joiner, undefined);
    this.#joiners = [];
  }

  async join({ signal }: WaitOptions = {}): Promise<void> {
    signal?.throwIfAborted();
    if (this.#unfinished === 0) return;
    await this.#wait<void>(
      signal,
      (waiting) => this.#joiners.push(waiting),
      () => {},
    );
  }

  shutdown(): void {
    if (this.#isShut) return;
    this.#letIn();
    this.#isShut = true;
    for (let entry = this.#entries.shift(); entry; entry = this.#entries.shift()) {
      if (!entry.isGone) entry.reject(new QueueShutDownError("shut down"));
    }
    this.#entriesWaiting = 0;
    for (let getter = this.#getters.shift(); getter; getter = this.#getters.shift()) {
      if (!getter.isGone) getter.reject(new QueueShutDownError("shut down, and empty"));
    }
    this.#gettersWaiting = 0;
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: () =>
        this.get().then(
          (value): IteratorResult<T> => ({ done: false, value }),
          (): IteratorResult<T> => ({ done: true, value: undefined }),
        ),
    };
  }

  /** Waits until delivered, rejected or aborted. An item that was owed then goes to the next getter. */
  #wait<Value>(
    signal: AbortSignal | undefined,
    enter: (waiting: Waiting<Value>) => void,
    leave: () => void,
  ): Promise<Value> {
    return new Promise((resolve, reject) => {
      const onAbort = () => {
        waiting.reject(signal?.reason);
        if (!waiting.isServed) leave();
      };
      const settled = () => {
        waiting.isGone = true;
        signal?.removeEventListener("abort", onAbort);
      };
      const waiting: Waiting<Value> = {
        isServed: false,
        isGone: false,
        resolve: (value) => {
          settled();
          resolve(value);
        },
        reject: (reason) => {
          settled();
          reject(reason);
        },
      };
      signal?.addEventListener("abort", onAbort);
      enter(waiting);
    });
  }

  #store(item: T): void {
    const getter = this.#nextGetter();
    if (getter) this.#owe(getter, item, this.#handedOver++);
    else this.#backlog.push(item);
  }

  #nextGetter(): Waiting<T> | undefined {
    let getter = this.#getters.shift();
    while (getter?.isGone) getter = this.#getters.shift();
    if (getter) this.#gettersWaiting -= 1;
    return getter;
  }

  #owe(getter: Waiting<T>, item: T, number: number): void {
    this.#deliver(getter, item, () => {
      const next = this.#nextGetter();
      if (next) return this.#owe(next, item, number);
      this.#first.push({ item, number });
      this.#first.sort((a, b) => a.number - b.number);
    });
  }

  #deliver<Value>(to: Waiting<Value>, value: Value, otherwise = () => {}): void {
    to.isServed = true;
    this.#deliveries.push(() => (to.isGone ? otherwise() : to.resolve(value)));
    this.#startPump();
  }

  #startPump(): void {
    if (this.#isPumpOn) return;
    this.#isPumpOn = true;
    setImmediate(() => {
      this.#isPumpOn = false;
      const deliveries = this.#deliveries;
      this.#deliveries = [];
      for (const deliver of deliveries) deliver();
      this.#letIn();
    });
  }

  #letIn(): void {
    while (this.#entriesWaiting > 0 && this.size - this.#gettersWaiting < this.maxSize) {
      const entry = this.#entries.shift();
      if (!entry || entry.isGone) continue;
      this.#entriesWaiting -= 1;
      if (!entry.isCounted) this.#unfinished += 1;
      entry.resolve();
      this.#store(entry.item);
    }
  }
}

/** First in, first out, in arrays of at most 256. */
class Chunks<T> implements Backlog<T> {
  length = 0;
  #read: T[] = [];
  #readAt = 0;
  #write: T[] = this.#read;
  readonly #next = new Map<T[], T[]>();

  push(item: T): void {
    if (this.#write.length === 256) {
      const more: T[] = [];
      this.#next.set(this.#write, more);
      this.#write = more;
    }
    this.#write.push(item);
    this.length += 1;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    if (this.#readAt === this.#read.length) {
      const used = this.#read;
      this.#read = this.#next.get(used) ?? [];
      this.#next.delete(used);
      this.#readAt = 0;
    }
    const item = this.#read[this.#readAt];
    this.#readAt += 1;
    this.length -= 1;
    return item;
  }
}
