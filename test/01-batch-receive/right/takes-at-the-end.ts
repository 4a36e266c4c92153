// A right answer: the messages are taken when the round trip is over; the timers fire in the order of the calls.

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  #waiting: T[];
  #front = 0;

  constructor(messages: Iterable<T> = []) {
    this.#waiting = Array.from(messages);
  }

  get size(): number {
    return this.#waiting.length - this.#front;
  }

  send(message: T): void {
    this.#waiting.push(message);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    await sleep(NETWORK_DELAY_MS);
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be an integer above 0, got ${batchSize}`);
    }
    const batch = this.#waiting.slice(this.#front, this.#front + batchSize);
    this.#front += batch.length;
    if (this.#front >= this.#waiting.length / 2) {
      this.#waiting.copyWithin(0, this.#front);
      this.#waiting.length -= this.#front;
      this.#front = 0;
    }
    return batch;
  }
}
