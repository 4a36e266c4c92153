// A right answer: a linked list, whose front is cut off when the call is made.

import { scheduler } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

interface Link<T> {
  readonly message: T;
  next: Link<T> | null;
}

export class InMemoryQueue<T = string> {
  #first: Link<T> | null = null;
  #last: Link<T> | null = null;
  #size = 0;

  constructor(messages: Iterable<T> = []) {
    for (const message of messages) this.send(message);
  }

  get size(): number {
    return this.#size;
  }

  send(message: T): void {
    const link: Link<T> = { message, next: null };
    if (this.#last === null) {
      this.#first = link;
    } else {
      this.#last.next = link;
    }
    this.#last = link;
    this.#size += 1;
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!(Number.isInteger(batchSize) && batchSize > 0)) {
      throw new RangeError(`Expected \`batchSize\` to be a positive integer, got ${batchSize}`);
    }
    const batch: T[] = [];
    for (let link = this.#first; link !== null && batch.length < batchSize; link = link.next) {
      batch.push(link.message);
      this.#first = link.next;
    }
    if (this.#first === null) this.#last = null;
    this.#size -= batch.length;
    await scheduler.wait(NETWORK_DELAY_MS);
    return batch;
  }
}
