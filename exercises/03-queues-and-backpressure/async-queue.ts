// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03
//
// Producers put, consumers get, and both may have to wait for each other. Write the queue between them:
// nobody is overtaken, nobody waits for ever, and no item is lost when somebody gives up waiting.

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

  /** The items in the queue. */
  readonly #backlog: Backlog<T>;

  /**
   * @param backlog For queues of another order: an empty one, which is then the queue's own. Without
   * it, the queue is first in, first out.
   * @throws {RangeError} Unless `maxSize` is a whole number from 1 up, or `Infinity`.
   */
  constructor(options: QueueOptions = {}, backlog: Backlog<T> = []) {
    const { maxSize = Number.POSITIVE_INFINITY } = options;
    if (maxSize !== Number.POSITIVE_INFINITY) throw new Error("Not written yet: maxSize");
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
  async put(item: T, options: WaitOptions = {}): Promise<void> {
    // TODO 03.3: The queue is full. Who learns first that there is room again, and whose room is it?
    throw new Error("Not written yet: put");
  }

  /**
   * Takes the next item; where the queue is empty, waits for one. Call {@link taskDone} when the
   * work on it is over.
   *
   * @throws `signal.reason` when aborted: the call has taken no item and never will. Stretch:
   * {@link QueueShutDownError} when the queue is, or gets, shut down and has no item left.
   */
  async get(options: WaitOptions = {}): Promise<T> {
    // TODO 03.1: Nothing is here yet, and others may be waiting already. How does the next item reach its getter?

    // TODO 03.4: A call that waits may change its mind. What does it leave behind, in the queue and on the signal?
    throw new Error("Not written yet: get");
  }

  /**
   * Adds `item` if there is room, without waiting and without overtaking a waiting put.
   *
   * @returns Whether the item is in; `false` when the queue is full.
   * @throws {QueueShutDownError} Stretch: when the queue is shut down.
   */
  tryPut(item: T): boolean {
    throw new Error("Not written yet: tryPut");
  }

  /**
   * Takes the next item if there is one, without waiting.
   *
   * @returns The item; `undefined` when the queue is empty.
   */
  tryGet(): T | undefined {
    throw new Error("Not written yet: tryGet");
  }

  /**
   * Says that the work on one taken item is over.
   *
   * @throws {Error} When it is called more often than items went in. That call changes nothing.
   */
  taskDone(): void {
    throw new Error("Not written yet: taskDone");
  }

  /**
   * Waits until each item that went in has had its {@link taskDone}; resolves at once if none is
   * outstanding. An empty queue is not enough: its last items may still be worked on.
   *
   * @throws `signal.reason` when aborted.
   */
  async join(options: WaitOptions = {}): Promise<void> {
    // TODO 03.2: The queue is empty, but the work is not over: items are still in somebody's hands.
    throw new Error("Not written yet: join");
  }

  /**
   * Stretch: takes no more items, from now on. Waiting puts reject, and their items never go in. What
   * is in the queue can still be taken; then `get` rejects, and so do getters that wait already.
   * {@link join} goes on as before. A second call does nothing.
   */
  shutdown(): void {
    // TODO 03.9: Calls may be waiting, and items may be left. Which of them still have something to come?
    throw new Error("Not written yet: shutdown");
  }

  /**
   * Stretch: takes item after item, and ends when the queue is shut down and empty. Breaking off
   * takes no further item. Several iterators share the items. {@link taskDone} stays with the caller.
   */
  [Symbol.asyncIterator](): AsyncIterator<T> {
    throw new Error("Not written yet: the iterator");
  }
}
