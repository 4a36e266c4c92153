// Lesson: lessons/01-batch-receive.md      Check: npm run check 01
//
// A worker that fetches one message per round trip spends its day waiting for the network.
// Make this queue hand out a whole batch for the price of one round trip.

import { setTimeout as sleep } from "node:timers/promises";

/** What one round trip to the queue takes, in milliseconds, however many messages it brings. */
export const NETWORK_DELAY_MS = 100;

/**
 * A first-in, first-out queue in memory that feels like a remote one: sending costs nothing,
 * receiving costs one round trip.
 */
export class InMemoryQueue<T = string> {
  /** The messages that wait, oldest first. */
  #messages: T[];

  /**
   * @param messages What waits at the start, oldest first. It is copied: the queue never changes
   * it, and a later change to it does not reach the queue.
   */
  constructor(messages: Iterable<T> = []) {
    this.#messages = [...messages];
  }

  /** How many messages wait. */
  get size(): number {
    return this.#messages.length;
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
    // TODO 01.4: What is a batch of 0 messages? Of 1.5, of NaN? Say so before anything is taken.

    // TODO 01.3: While this call is on the network, others are made. Who owns which message?
    await sleep(NETWORK_DELAY_MS);

    // TODO 01.1: Hand out the oldest messages, and leave none of them behind in the queue.
    throw new Error("Not written yet: receiveBatch");
  }
}
