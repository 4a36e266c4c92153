// Misconception: `splice(0, 10)` costs ten messages' worth of work, however long the array is.
// Way out: Everything behind the removed messages moves to the front, at each call. Remember where the front is instead of moving it.
// Must fail: 01.5 a message costs as much in a queue of 180,000 as in one of 10,000

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  readonly #messages: T[];

  constructor(messages: Iterable<T> = []) {
    this.#messages = [...messages];
  }

  get size(): number {
    return this.#messages.length;
  }

  send(message: T): void {
    this.#messages.push(message);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    const batch = this.#messages.splice(0, batchSize);
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }
}
