// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03 -- --solution
//
// One idea: whoever changes the queue serves the one it was waiting for, in the same step. So two
// sentences are true between any two calls:
//
//   a getter waits only while the queue is empty;
//   a put waits only while the queue is full.
//
// An item goes to a waiting getter without ever being in the queue; a slot that comes free is
// filled before its taker gets to see it. Nobody is woken to look again, so nobody can be overtaken.

export interface WaitOptions {
  /** Ends the wait: the call rejects with `signal.reason`. Aborted beforehand, it rejects without waiting. */
  signal?: AbortSignal;
}

export interface QueueOptions {
  /**
   * How many items the queue holds at most.
   *
   * @default Infinity
   */
  maxSize?: number;
}

/** Where items are kept, and which of them is next. An array is a backlog: first in, first out. */
export interface Backlog<T> {
  /** How many items it holds. */
  readonly length: number;

  /** Adds `item`. */
  push(item: T): unknown;

  /** Removes the next item and returns it; `undefined` when there is none. */
  shift(): T | undefined;
}

/** Stretch: the queue was shut down, and takes no item, or has none left to give. */
export class QueueShutDownError extends Error {
  override readonly name = "QueueShutDownError";
}

const TAKES_NO_MORE = "The queue was shut down, and takes no more items";
const HAS_NONE_LEFT = "The queue was shut down, and has no item left";

/**
 * A queue between producers and consumers. `get` waits for an item. With a `maxSize`, `put` waits
 * for room: that wait is the backpressure.
 *
 * A call takes its place in line, and takes effect where it need not wait, when it is made. Items,
 * waiting getters and waiting puts are each served first come, first served. An item is never
 * `undefined`; `0`, `""`, `null` and `false` are items like any other.
 */
export class AsyncQueue<T> {
  /** How many items the queue holds at most; `Infinity` for no limit. */
  readonly maxSize: number;

  /** The items in the queue, never more than `maxSize`. An item handed to a waiting getter was never here. */
  readonly #backlog: Backlog<T>;

  /** Calls of `get` that wait. `get` adds to it, `tryPut` serves it; empty while the queue has an item. */
  readonly #getters = new Line<T>();

  /** Calls of `put` that wait, with their items. `put` adds to it, `tryGet` serves it; empty while there is room. */
  readonly #putters = new Line<void, T>();

  /** Calls of `join` that wait. `join` adds to it, `taskDone` empties it; empty while nothing is unfinished. */
  readonly #joiners = new Line<void>();

  /** Items that went in and had no `taskDone` yet: `#enter` counts up, `taskDone` down, never below 0. */
  #unfinished = 0;

  /** Set by `shutdown`, for good. From then on neither a getter nor a put waits. */
  #isShutDown = false;

  /**
   * @param backlog For queues of another order: an empty one, which is then the queue's own. Without
   * it, the queue is first in, first out.
   * @throws {RangeError} Unless `maxSize` is a whole number from 1 up, or `Infinity`.
   */
  constructor(options: QueueOptions = {}, backlog: Backlog<T> = new TwoStacks()) {
    const { maxSize = Number.POSITIVE_INFINITY } = options;
    if (maxSize !== Number.POSITIVE_INFINITY && !(Number.isInteger(maxSize) && maxSize >= 1)) {
      throw new RangeError(`Expected \`maxSize\` to be a whole number from 1 up, or Infinity, got ${maxSize}`);
    }
    this.maxSize = maxSize;
    this.#backlog = backlog;
  }

  /** How many items are in the queue: neither those of waiting puts, nor those handed to a getter. */
  get size(): number {
    return this.#backlog.length;
  }

  /**
   * Adds `item`; where the queue is full, waits until it is in. A waiting getter is handed the item
   * directly.
   *
   * @throws `signal.reason` when aborted: the item is not in the queue and never will be. Stretch:
   * {@link QueueShutDownError} when the queue is, or gets, shut down before the item is in.
   */
  put(item: T, options: WaitOptions = {}): Promise<void> {
    // Not async, here and below: every wait would cost a second promise.
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    if (this.#isShutDown) return Promise.reject(new QueueShutDownError(TAKES_NO_MORE));
    return this.tryPut(item) ? Promise.resolve() : this.#putters.wait(signal, item);
  }

  /**
   * Takes the next item; where the queue is empty, waits for one. Call {@link taskDone} when the
   * work on it is over.
   *
   * @throws `signal.reason` when aborted: the call has taken no item and never will. Stretch:
   * {@link QueueShutDownError} when the queue is, or gets, shut down and has no item left.
   */
  get(options: WaitOptions = {}): Promise<T> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    const item = this.tryGet();
    if (item !== undefined) return Promise.resolve(item);
    if (this.#isShutDown) return Promise.reject(new QueueShutDownError(HAS_NONE_LEFT));
    return this.#getters.wait(signal, undefined);
  }

  /**
   * Adds `item` if there is room, without waiting and without overtaking a waiting put.
   *
   * @returns Whether the item is in; `false` when the queue is full.
   * @throws {QueueShutDownError} Stretch: when the queue is shut down.
   */
  tryPut(item: T): boolean {
    if (this.#isShutDown) throw new QueueShutDownError(TAKES_NO_MORE);
    if (this.size >= this.maxSize) return false;
    this.#enter(item);
    return true;
  }

  /**
   * Takes the next item if there is one, without waiting.
   *
   * @returns The item; `undefined` when the queue is empty.
   */
  tryGet(): T | undefined {
    const item = this.#backlog.shift();
    // One left, so one goes in, and the queue is as full as before: no newcomer gets between.
    const putter = item === undefined ? undefined : this.#putters.takeFirst();
    if (putter) {
      this.#enter(putter.item);
      putter.resolve();
    }
    return item;
  }

  /**
   * Says that the work on one taken item is over.
   *
   * @throws {Error} When it is called more often than items went in. That call changes nothing.
   */
  taskDone(): void {
    if (this.#unfinished === 0) throw new Error("taskDone() was called more often than items were put");
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#joiners.takeAll((joiner) => joiner.resolve());
  }

  /**
   * Waits until each item that went in has had its {@link taskDone}; resolves at once if none is
   * outstanding. An empty queue is not enough: its last items may still be worked on.
   *
   * @throws `signal.reason` when aborted.
   */
  join(options: WaitOptions = {}): Promise<void> {
    const { signal } = options;
    if (signal?.aborted) return Promise.reject(signal.reason);
    return this.#unfinished === 0 ? Promise.resolve() : this.#joiners.wait(signal, undefined);
  }

  /**
   * Stretch: takes no more items, from now on. Waiting puts reject, and their items never go in. What
   * is in the queue can still be taken; then `get` rejects, and so do getters that wait already.
   * {@link join} goes on as before. A second call does nothing.
   */
  shutdown(): void {
    this.#isShutDown = true;
    this.#putters.takeAll((putter) => putter.reject(new QueueShutDownError(TAKES_NO_MORE)));
    this.#getters.takeAll((getter) => getter.reject(new QueueShutDownError(HAS_NONE_LEFT)));
  }

  /**
   * Stretch: takes item after item, and ends when the queue is shut down and empty. Breaking off
   * takes no further item. Several iterators share the items. {@link taskDone} stays with the caller.
   */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    const brokenOff = new AbortController();
    const end: IteratorReturnResult<undefined> = { done: true, value: undefined };
    return {
      next: async () => {
        try {
          return { done: false, value: await this.get({ signal: brokenOff.signal }) };
        } catch {
          // Shut down and empty, or broken off: `get` rejects for no other reason.
          return end;
        }
      },
      return: async () => {
        brokenOff.abort();
        return end;
      },
    };
  }

  /** Counts `item`, and gives it to the getter that has waited longest, or to the backlog. There is room. */
  #enter(item: T): void {
    this.#unfinished += 1;
    const getter = this.#getters.takeFirst();
    if (getter) getter.resolve(item);
    else this.#backlog.push(item);
  }
}

/** One call that waits, and its neighbours in line. */
interface Waiter<Value, Item> {
  readonly item: Item;
  readonly signal: AbortSignal | undefined;
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: unknown) => void;
  ahead: Waiter<Value, Item> | undefined;
  behind: Waiter<Value, Item> | undefined;
}

/**
 * Calls that wait, first come, first served. Joining, being served and being aborted take constant
 * time each, however many wait.
 */
class Line<Value, Item = undefined> {
  /** The ends of the line; both are `undefined` when nobody waits. `wait` and `#leave` write them. */
  #first: Waiter<Value, Item> | undefined;
  #last: Waiter<Value, Item> | undefined;

  /**
   * Who waits with which signal. Each signal here has one listener of this line, for all of them:
   * signals search their listeners one by one, and Node warns of a leak at the eleventh.
   */
  readonly #bySignal = new Map<AbortSignal, Set<Waiter<Value, Item>>>();

  readonly #onAbort = (event: Event): void => this.#abort(event.target as AbortSignal);

  /** Waits at the end of the line, with `item` in hand, until taken out or aborted. */
  wait(signal: AbortSignal | undefined, item: Item): Promise<Value> {
    return new Promise((resolve, reject) => {
      const ahead = this.#last;
      const waiter: Waiter<Value, Item> = { item, signal, resolve, reject, ahead, behind: undefined };
      if (ahead) ahead.behind = waiter;
      else this.#first = waiter;
      this.#last = waiter;
      if (!signal) return;
      const others = this.#bySignal.get(signal);
      if (others) {
        others.add(waiter);
      } else {
        this.#bySignal.set(signal, new Set([waiter]));
        signal.addEventListener("abort", this.#onAbort);
      }
    });
  }

  /** Takes the one who has waited longest out of line. The caller settles it. */
  takeFirst(): Waiter<Value, Item> | undefined {
    // Aborted, and not yet told: another listener of that signal is at work, and came here.
    while (this.#first?.signal?.aborted) this.#abort(this.#first.signal);
    const first = this.#first;
    if (first) this.#leave(first);
    return first;
  }

  /** Takes all out of line, and settles each with `settle`. */
  takeAll(settle: (waiter: Waiter<Value, Item>) => void): void {
    for (let waiter = this.takeFirst(); waiter; waiter = this.takeFirst()) settle(waiter);
  }

  #abort(signal: AbortSignal): void {
    for (const waiter of this.#bySignal.get(signal) ?? []) {
      this.#leave(waiter);
      waiter.reject(signal.reason);
    }
  }

  #leave(waiter: Waiter<Value, Item>): void {
    const { ahead, behind, signal } = waiter;
    if (ahead) ahead.behind = behind;
    else this.#first = behind;
    if (behind) behind.ahead = ahead;
    else this.#last = ahead;
    const others = signal && this.#bySignal.get(signal);
    if (!signal || !others) return;
    others.delete(waiter);
    if (others.size > 0) return;
    this.#bySignal.delete(signal);
    signal.removeEventListener("abort", this.#onAbort);
  }
}

/**
 * First in, first out, from two stacks: each item is pushed, turned over and popped once, however
 * many there are. `Array.shift` would move all the others, each time.
 */
class TwoStacks<T> implements Backlog<T> {
  /** New items, newest on top. `push` adds; `shift` turns it over when `#outgoing` has run out. */
  #incoming: T[] = [];

  /** Older than everything in `#incoming`; the oldest on top. */
  #outgoing: T[] = [];

  get length(): number {
    return this.#incoming.length + this.#outgoing.length;
  }

  push(item: T): void {
    this.#incoming.push(item);
  }

  shift(): T | undefined {
    if (this.#outgoing.length === 0) [this.#incoming, this.#outgoing] = [this.#outgoing, this.#incoming.reverse()];
    return this.#outgoing.pop();
  }
}
