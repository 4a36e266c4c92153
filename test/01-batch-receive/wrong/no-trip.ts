// Misconception: The round trip passes by itself: nobody has to wait for it before the batch is handed out.
// Way out: `sleep` only starts a timer and returns a promise at once. Which word makes your method wait for a promise?
// Must fail: 01.2 a call that brings 1 message takes one round trip
// Must fail: 01.2 a call that brings 7 messages takes one round trip
// Must fail: 01.2 a call that brings 25 messages takes one round trip
// Must fail: 01.2 a call that brings nothing takes one round trip too
// Must fail: 01.2 when it has ended, no timer of it is left that keeps the process alive
// Must fail: 01.2 overlapping round trips run side by side: each ends 100 ms after its call was made

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
    sleep(NETWORK_DELAY_MS);
    return this.#take(batchSize);
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
