// Misconception: The array given to the constructor now belongs to the queue, so the queue works in it, and a copy would be a waste.
// Way out: The caller still holds that array. What sees the caller after `send`, and what sees the queue after the caller's `push`?
// Must fail: 01.1 the array given to the constructor is never changed
// Must fail: 01.1 a later change to the array given to the constructor does not reach the queue

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  #messages: T[];
  #head = 0;

  constructor(messages: Iterable<T> = []) {
    this.#messages = Array.isArray(messages) ? messages : [...messages];
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
    const batch = this.#take(batchSize);
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }

  #take(most: number): T[] {
    const batch = this.#messages.slice(this.#head, this.#head + most);
    this.#head += batch.length;
    this.#dropSpent();
    return batch;
  }

  #dropSpent(): void {
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
  }
}
