// Misconception: A batch that is not full when the call is made may be filled up with what has come by the end of the round trip.
// Way out: Another call may have left in between, with messages that are newer than yours and older than those. Take everything at one moment.
// Must fail: 01.3 a call that was made later never has a message that is older

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
    await sleep(NETWORK_DELAY_MS);
    batch.push(...this.#take(batchSize - batch.length));
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
