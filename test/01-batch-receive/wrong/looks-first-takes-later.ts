// Misconception: The messages are looked at before the round trip and removed after it, so two calls can see the same ones.
// Way out: Between looking and removing there is an `await`, and other calls run there. Do both on the same side of it.
// Must fail: 01.3 calls made in the same instant never share a message, and the first gets the older ones
// Must fail: 01.3 calls that overlap in part lose nothing either
// Must fail: 01.3 a call that finds the queue empty takes nothing from the next one
// Must fail: 01.3 messages sent between overlapping calls keep their order
// Must fail: 01.3 a call that was made later never has a message that is older
// Must fail: 01.3 a hundred overlapping calls of all sizes bring every message exactly once, in order

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  #messages: T[];
  #head = 0;

  constructor(messages: Iterable<T> = []) {
    this.#messages = [...messages];
  }

  get size(): number {
    return this.#messages.length - this.#head;
  }

  send(message: T): void {
    this.#messages.push(message);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    const batch = this.#messages.slice(this.#head, this.#head + batchSize);
    await sleep(NETWORK_DELAY_MS);
    this.#remove(batch.length);
    return batch;
  }

  #remove(count: number): void {
    this.#head = Math.min(this.#head + count, this.#messages.length);
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
  }
}
