// Lesson: lessons/01-batch-receive.md      Check: npm run check 01 -- --solution
//
// One idea: a message is taken when the call is made. The round trip comes after, so no other
// call can see a message that already has an owner.

import { setTimeout as sleep } from "node:timers/promises";

/** What one round trip to the queue takes, in milliseconds, however many messages it brings. */
export const NETWORK_DELAY_MS = 100;

/**
 * A first-in, first-out queue in memory that feels like a remote one: sending costs nothing,
 * receiving costs one round trip.
 */
export class InMemoryQueue<T = string> {
  /** Slots before `#head` are spent; from `#head` on, the messages that wait, oldest first. */
  #messages: T[];
  #head = 0;

  /**
   * @param messages What waits at the start, oldest first. It is copied: the queue never changes
   * it, and a later change to it does not reach the queue.
   */
  constructor(messages: Iterable<T> = []) {
    this.#messages = [...messages];
  }

  /** How many messages wait. */
  get size(): number {
    return this.#messages.length - this.#head;
  }

  /** Puts `message` behind those that wait. */
  send(message: T): void {
    this.#messages.push(message);
  }

  /**
   * Takes the oldest messages out of the queue, at most `batchSize` of them, in the order they
   * were sent. Fewer wait: it brings those. None waits: it brings `[]`.
   *
   * Takes {@link NETWORK_DELAY_MS}. Calls may overlap: their round trips run side by side, no
   * message goes to two of them, and the call that was made first gets the older messages.
   *
   * @param batchSize How many messages to bring at most.
   * @throws {RangeError} Unless `batchSize` is a whole number from 1 up. The queue keeps its messages.
   */
  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    const batch = this.#take(batchSize);
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }

  #take(most: number): T[] {
    const batch = this.#messages.slice(this.#head, this.#head + most);
    this.#head += batch.length;
    // Dropping spent slots moves those that wait. Done only when the spent ones are in the majority,
    // it moves each message once on average, however long the queue is.
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return batch;
  }
}
