// Misconception: The limit is for `tryPut`; a `put` must not fail, so it always adds.
// Way out: A `put` need not fail, it can wait. Keep it in a line, with its item, until somebody takes one.
// Must fail: 03.3 with maxSize 1, in every order of calls, size never exceeds it and room goes to the oldest put
// Must fail: 03.3 with maxSize 2, in every order of calls, size never exceeds it and room goes to the oldest put
// Must fail: 03.3 with maxSize 3, in every order of calls, size never exceeds it and room goes to the oldest put
// Must fail: 03.3 a slow consumer sets the pace of a fast producer
// Must fail: 03.4 no abort listener stays on a signal after its wait is over
// Must fail: 03.4 of two waiting puts of the same item, the one that is aborted goes, and the other stays
// Must fail: 03.5 PriorityQueue with maxSize 1: the same, and puts wait for room
// Must fail: 03.5 PriorityQueue with maxSize 2: the same, and puts wait for room
// Must fail: 03.5 LifoQueue with maxSize 1: the same, and puts wait for room
// Must fail: 03.5 LifoQueue with maxSize 2: the same, and puts wait for room
// Must fail: 03.6 the producer never runs ahead by more than the queue, the workers and one in its hand: iterable
// Must fail: 03.6 the producer never runs ahead by more than the queue, the workers and one in its hand: async iterable
// Must fail: 03.6 `maxSize` is 5 where it is left out
// Must fail: 03.7 where the queue is full, the producer waits for room
// Must fail: 03.7 `maxSize` is 5 where it is left out
// Must fail: 03.7 an item that waited for room is followed by the next `intervalMs` after it went in
// Must fail: 03.7 a producer that waits for room gives up: its item is neither handled nor counted
// Must fail: 03.7 an abort just before room comes: what was produced is still what was handled
// Must fail: 03.7 an abort just after room comes: what was produced is still what was handled
// Must fail: 03.7 an abort a turn after room comes: what was produced is still what was handled
// Must fail: 03.7 a handle that aborts: what was queued is handled, and no more is produced
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

/** One line for both: where getters wait no put does, and where puts wait no getter. */
interface Waiter<T> {
  readonly kind: "get" | "put";
  readonly ending: Ending<T | undefined>;
  /** A put's. */
  readonly item: T | undefined;
}

export class AsyncQueue<T> {
  readonly maxSize: number;
  readonly #backlog: Backlog<T>;
  /** Whoever is over stays in the array until its turn would come. */
  #waiters: Waiter<T>[] = [];
  #atFirst = 0;
  readonly #joiners = new Set<Ending<void>>();
  #unfinished = 0;
  #isShutDown = false;

  constructor(options?: QueueOptions, backlog?: Backlog<T>) {
    const maxSize = options?.maxSize ?? Infinity;
    if (maxSize < 1 || Number.isNaN(maxSize) || (maxSize !== Infinity && maxSize % 1 !== 0)) {
      throw new RangeError(`maxSize must be 1 or more, and whole; it is ${maxSize}`);
    }
    this.maxSize = maxSize;
    this.#backlog = backlog ?? new Pages();
  }

  get size(): number {
    return this.#backlog.length;
  }

  put(item: T, options?: WaitOptions): Promise<void> {
    return new Promise<void>((resolve) => {
      options?.signal?.throwIfAborted();
      if (this.#isShutDown) throw new QueueShutDownError("shut down");
      resolve(this.#enter(item));
    });
  }

  get(options?: WaitOptions): Promise<T> {
    return new Promise<T>((resolve, reject) => {
      options?.signal?.throwIfAborted();
      const item = this.tryGet();
      if (item !== undefined) return resolve(item);
      if (this.#isShutDown) throw new QueueShutDownError("shut down and empty");
      const ending = new Ending<T | undefined>(options?.signal, (item) => resolve(item as T), reject);
      this.#waiters.push({ kind: "get", ending, item: undefined });
    });
  }

  tryPut(item: T): boolean {
    if (this.#isShutDown) throw new QueueShutDownError("shut down");
    if (this.#backlog.length >= this.maxSize) return false;
    this.#enter(item);
    return true;
  }

  tryGet(): T | undefined {
    const item = this.#backlog.shift();
    if (item === undefined) return undefined;
    const putter = this.#next("put");
    if (putter) {
      this.#enter(putter.item as T);
      putter.ending.resolve(undefined);
    }
    return item;
  }

  taskDone(): void {
    if (this.#unfinished === 0) throw new Error("More taskDone() than put()");
    this.#unfinished -= 1;
    if (this.#unfinished > 0) return;
    for (const joiner of this.#joiners) joiner.resolve();
    this.#joiners.clear();
  }

  join(options?: WaitOptions): Promise<void> {
    return new Promise<void>((resolve, reject) => {
      options?.signal?.throwIfAborted();
      if (this.#unfinished === 0) return resolve();
      const ending = new Ending<void>(options?.signal, resolve, (reason) => {
        this.#joiners.delete(ending);
        reject(reason);
      });
      this.#joiners.add(ending);
    });
  }

  shutdown(): void {
    this.#isShutDown = true;
    const waiters = this.#waiters.slice(this.#atFirst);
    this.#waiters = [];
    this.#atFirst = 0;
    for (const { ending } of waiters) ending.reject(new QueueShutDownError("shut down while it waited"));
  }

  [Symbol.asyncIterator](): AsyncIterator<T> {
    const get = () => this.get();
    return (async function* () {
      while (true) {
        const next = await get().then(
          (item) => ({ item }),
          () => undefined,
        );
        if (!next) return;
        yield next.item;
      }
    })();
  }

  #enter(item: T): void {
    this.#unfinished += 1;
    const getter = this.#next("get");
    if (getter) getter.ending.resolve(item);
    else this.#backlog.push(item);
  }

  /** Takes the first of the line out of it, if it is of this kind. */
  #next(kind: Waiter<T>["kind"]): Waiter<T> | undefined {
    while (this.#waiters[this.#atFirst]?.ending.isOver) this.#step();
    const waiter = this.#waiters[this.#atFirst];
    if (waiter?.kind !== kind) return undefined;
    this.#step();
    return waiter;
  }

  #step(): void {
    this.#atFirst += 1;
    if (this.#atFirst < 1024 || this.#atFirst * 2 < this.#waiters.length) return;
    this.#waiters = this.#waiters.slice(this.#atFirst);
    this.#atFirst = 0;
  }
}

/** The two ends of a promise, and a signal that may come before them. Only the first counts. */
class Ending<V> {
  isOver = false;
  readonly #signal: AbortSignal | undefined;
  readonly #resolve: (value: V) => void;
  readonly #reject: (reason: unknown) => void;

  constructor(signal: AbortSignal | undefined, resolve: (value: V) => void, reject: (reason: unknown) => void) {
    this.#signal = signal;
    this.#resolve = resolve;
    this.#reject = reject;
    signal?.addEventListener("abort", this);
  }

  handleEvent(): void {
    this.reject(this.#signal?.reason);
  }

  resolve(value: V): void {
    if (this.#over()) this.#resolve(value);
  }

  reject(reason: unknown): void {
    if (this.#over()) this.#reject(reason);
  }

  #over(): boolean {
    if (this.isOver) return false;
    this.isOver = true;
    this.#signal?.removeEventListener("abort", this);
    return true;
  }
}

/** First in, first out: by numbers that only go up. */
class Pages<T> implements Backlog<T> {
  #pages: T[][] = [[]];
  #behind = 0;
  length = 0;

  push(item: T): void {
    const last = this.#pages.at(-1);
    if (last && last.length < 500) last.push(item);
    else this.#pages.push([item]);
    this.length += 1;
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined;
    const page = Math.floor(this.#behind / 500);
    const item = this.#pages[page]?.[this.#behind % 500];
    this.#behind += 1;
    this.length -= 1;
    if (this.#behind === 500 * 64) {
      this.#pages = this.#pages.slice(64);
      if (this.#pages.length === 0) this.#pages.push([]);
      this.#behind = 0;
    }
    return item;
  }
}
