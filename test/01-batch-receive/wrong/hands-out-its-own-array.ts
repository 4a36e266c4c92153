// Misconception: A batch that takes everything needs no copy: the queue's own array is handed out, and the queue goes on pushing into it.
// Way out: Whoever gets an array keeps it. After you have handed one out, the queue must never write into it again.
// Must fail: 01.1 a batch that was returned never changes

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
    await sleep(NETWORK_DELAY_MS);
    return this.#take(batchSize);
  }

  #take(most: number): T[] {
    this.#dropSpent();
    const takesAll = this.#head === 0 && most >= this.#messages.length;
    const batch = takesAll ? this.#messages : this.#messages.slice(this.#head, this.#head + most);
    this.#head += batch.length;
    return batch;
  }

  #dropSpent(): void {
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
  }
}
