// Misconception: `{ once: true }` takes care of the listener.
// Way out: `once` removes it when its event comes. A wait that ends otherwise must remove it itself, or a signal that lives long collects thousands.
// Must fail: 03.4 no abort listener stays on a signal after its wait is over
// Must fail: 03.4 a signal that lives long keeps no trace of the waits it was given to
// Must fail: 03.9 AsyncQueue: a get that waits at the shutdown rejects, and leaves no listener on its signal
// Must fail: 03.9 PriorityQueue: a get that waits at the shutdown rejects, and leaves no listener on its signal
// Must fail: 03.9 LifoQueue: a get that waits at the shutdown rejects, and leaves no listener on its signal
// Must fail: 03.9 a put that waits at the shutdown rejects, and leaves no listener on its signal
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

/** A promise that is settled from outside. A signal may settle it first; then `onAbort` is called. */
class Deferred<Value> {
  readonly promise: Promise<Value>;
  #resolve: (value: Value) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(
    readonly signal: AbortSignal | undefined,
    readonly onAbort: () => void,
  ) {
    this.promise = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
    signal?.addEventListener("abort", this.#abort, { once: true });
  }

  resolve(value: Value): void {
    this.#resolve(value);
  }

  reject(reason: unknown): void {
    this.#reject(reason);
  }

  readonly #abort = () => {
    this.onAbort();
    this.reject(this.signal?.reason);
  };
}

interface Link<V> {
  value: V;
  before: Link<V> | undefined;
  after: Link<V> | undefined;
  isIn: boolean;
}

class LinkedList<V> {
  #first: Link<V> | undefined;
  #last: Link<V> | undefined;
  length = 0;

  get first(): V | undefined {
    return this.#first?.value;
  }

  push(value: V): Link<V> {
    const link: Link<V> = { value, before: this.#last, after: undefined, isIn: true };
    if (this.#last) this.#last.after = link;
    else this.#first = link;
    this.#last = link;
    this.length += 1;
    return link;
  }

  shift(): V | undefined {
    const link = this.#first;
    if (!link) return undefined;
    this.remove(link);
    return link.value;
  }

  remove(link: Link<V>): void {
    if (!link.isIn) return;
    link.isIn = false;
    this.length -= 1;
    if (link.before) link.before.after = link.after;
    else this.#first = link.after;
    if (link.after) link.after.before = link.before;
    else this.#last = link.before;
  }
}

export class AsyncQueue<T> {
  readonly maxSize: number;
  readonly #backlog: Backlog<T>;
  readonly #getters = new LinkedList<Deferred<T>>();
  readonly #putters = new LinkedList<{ item: T; entry: Deferred<void> }>();
  readonly #joiners = new LinkedList<Deferred<void>>();
  #unfinished = 0;
  #isOpen = true;

  constructor({ maxSize = Number.POSITIVE_INFINITY }: QueueOptions = {}, backlog: Backlog<T> = new LinkedList<T>()) {
    if (!(maxSize >= 1) || (!Number.isInteger(maxSize) && Number.isFinite(maxSize))) {
      throw new RangeError(`maxSize must be a whole number from 1 up, or Infinity: ${maxSize}`);
    }
    this.maxSize = maxSize;
    this.#backlog = backlog;
  }

  get size(): number {
    return this.#backlog.length;
  }

  put(item: T, options: WaitOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (!this.#isOpen) return Promise.reject(new QueueShutDownError("The queue is shut down"));
    if (this.tryPut(item)) return Promise.resolve();
    const entry = new Deferred<void>(signal, () => this.#putters.remove(link));
    const link = this.#putters.push({ item, entry });
    return entry.promise;
  }

  get(options: WaitOptions = {}): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.size > 0) return Promise.resolve(this.tryGet() as T);
    if (!this.#isOpen) return Promise.reject(new QueueShutDownError("The queue is shut down, and empty"));
    const getter = new Deferred<T>(signal, () => this.#getters.remove(link));
    const link = this.#getters.push(getter);
    return getter.promise;
  }

  tryPut(item: T): boolean {
    if (!this.#isOpen) throw new QueueShutDownError("The queue is shut down");
    if (this.#getters.length > 0) {
      this.#handOver(item);
      return true;
    }
    if (this.size >= this.maxSize) return false;
    this.#store(item);
    return true;
  }

  tryGet(): T | undefined {
    const item = this.#backlog.shift();
    if (item !== undefined) this.#letIn();
    return item;
  }

  taskDone(): void {
    if (this.#unfinished === 0) throw new RangeError("taskDone() was called too often");
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#allDone();
  }

  join(options: WaitOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#unfinished === 0) return Promise.resolve();
    const joiner = new Deferred<void>(signal, () => this.#joiners.remove(link));
    const link = this.#joiners.push(joiner);
    return joiner.promise;
  }

  shutdown(): void {
    this.#isOpen = false;
    while (this.#putters.length > 0)
      this.#putters.shift()?.entry.reject(new QueueShutDownError("The queue is shut down"));
    while (this.#getters.length > 0) {
      this.#getters.shift()?.reject(new QueueShutDownError("The queue is shut down, and empty"));
    }
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    return {
      next: async () => {
        try {
          const value = await this.get();
          return { done: false, value };
        } catch {
          return { done: true, value: undefined };
        }
      },
    };
  }

  #handOver(item: T): void {
    this.#unfinished += 1;
    this.#getters.shift()?.resolve(item);
  }

  #store(item: T): void {
    this.#unfinished += 1;
    this.#backlog.push(item);
  }

  #letIn(): void {
    while (this.#putters.length > 0 && this.size < this.maxSize) {
      const putter = this.#putters.shift();
      if (!putter) return;
      this.#store(putter.item);
      putter.entry.resolve();
    }
  }

  #allDone(): void {
    while (this.#joiners.length > 0) this.#joiners.shift()?.resolve();
  }
}
