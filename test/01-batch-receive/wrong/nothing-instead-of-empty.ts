// Misconception: The batch comes into being with its first message; if none waits, there is no batch to return.
// Way out: An empty queue brings an empty array, so that `for (const message of batch)` works every time. When is your array made?
// Must fail: 01.1 none waiting: it brings an empty array

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
    let batch: T[] | undefined;
    for (let taken = 0; taken < batchSize && this.size > 0; taken++) {
      batch ??= [];
      batch.push(this.#next());
    }
    await sleep(NETWORK_DELAY_MS);
    return batch as T[];
  }

  #next(): T {
    const message = this.#messages[this.#head++] as T;
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }
}
