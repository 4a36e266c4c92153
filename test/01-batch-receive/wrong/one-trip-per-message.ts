// Misconception: Each message of a batch travels by itself, so ten messages take ten round trips.
// Way out: The point of a batch is that all its messages come with one trip. How often does your method wait for ten of them?
// Must fail: 01.2 a call that brings 7 messages takes one round trip
// Must fail: 01.2 a call that brings 25 messages takes one round trip
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
    const batch = this.#take(batchSize);
    let trips = 0;
    do {
      await sleep(NETWORK_DELAY_MS);
      trips += 1;
    } while (trips < batch.length);
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
