// Misconception: It is enough to check `batchSize` before the batch is returned: until then nobody has got anything.
// Way out: By then the messages have left the queue, and with the error they are lost. What has to come first?
// Must fail: 01.4 a batch size of 0.5 leaves every message in the queue
// Must fail: 01.4 a batch size of 1.5 leaves every message in the queue
// Must fail: 01.4 a batch size of Infinity leaves every message in the queue

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
    const batch = this.#take(batchSize);
    await sleep(NETWORK_DELAY_MS);
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    return batch;
  }

  #take(most: number): T[] {
    const batch: T[] = [];
    while (batch.length < most && this.size > 0) {
      batch.push(this.#messages[this.#head] as T);
      this.#head += 1;
    }
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
