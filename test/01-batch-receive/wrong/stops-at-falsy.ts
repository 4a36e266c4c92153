// Misconception: `if (!message)` is true only where the queue has run out of messages.
// Way out: `0`, `''`, `null` and `false` are messages, and all of them are falsy. Ask how many messages wait, not what the next one looks like.
// Must fail: 01.1 0, '', null and false are messages like any other

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
    const batch: T[] = [];
    while (batch.length < batchSize) {
      const message = this.#messages[this.#head];
      if (!message) break;
      batch.push(message);
      this.#head += 1;
    }
    this.#dropSpent();
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }

  #dropSpent(): void {
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
  }
}
