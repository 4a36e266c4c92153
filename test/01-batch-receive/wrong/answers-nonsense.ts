// Misconception: A batch of 0 or of 1.5 messages is simply a batch with nothing in it, so an empty array is a fair answer.
// Way out: A caller who asks for 0 messages has made a mistake: an empty batch tells them that the queue is empty. Which error says what is wrong?
// Must fail: 01.4 a batch size of 0 is refused with a RangeError
// Must fail: 01.4 a batch size of -1 is refused with a RangeError
// Must fail: 01.4 a batch size of 0.5 is refused with a RangeError
// Must fail: 01.4 a batch size of 1.5 is refused with a RangeError
// Must fail: 01.4 a batch size of NaN is refused with a RangeError
// Must fail: 01.4 a batch size of Infinity is refused with a RangeError
// Must fail: 01.4 a batch size of -Infinity is refused with a RangeError
// Must fail: 01.4 an empty queue refuses nonsense as well

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
      return [];
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
