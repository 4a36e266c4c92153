// Misconception: To keep two calls off the same message, each call has to wait until the one before it is back.
// Way out: Taking the messages is one step that nothing can come between; the trip that follows needs no turn. What really has to be done alone?
// Must fail: 01.2 overlapping round trips run side by side: each ends 100 ms after its call was made

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  #messages: T[];
  #head = 0;
  #lastTrip: Promise<void> = Promise.resolve();

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
    const trip = this.#lastTrip.then(() => sleep(NETWORK_DELAY_MS));
    this.#lastTrip = trip;
    await trip;
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
