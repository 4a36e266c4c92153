// Misconception: A batch is never larger than ten messages, as in the queues of the big clouds, whatever `batchSize` says.
// Way out: Who asks for 25 and gets 10 believes that the queue is nearly empty. Only two things limit a batch: `batchSize` and what waits.
// Must fail: 01.1 however many are asked for, it brings up to that many

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

const LARGEST_BATCH = 10;

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
    const batch = this.#take(Math.min(batchSize, LARGEST_BATCH));
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
