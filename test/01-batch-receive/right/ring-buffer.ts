// A right answer: a ring buffer that doubles when it is full; a call works on it in its own async function.

import { setTimeout as delay } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

class Ring<T> {
  #slots = new Array<T | undefined>(16);
  #start = 0;
  length = 0;

  push(message: T): void {
    if (this.length === this.#slots.length) this.#grow();
    this.#slots[(this.#start + this.length) % this.#slots.length] = message;
    this.length += 1;
  }

  shift(): T {
    const message = this.#slots[this.#start] as T;
    this.#slots[this.#start] = undefined;
    this.#start = (this.#start + 1) % this.#slots.length;
    this.length -= 1;
    return message;
  }

  #grow(): void {
    const inOrder = [...this.#slots.slice(this.#start), ...this.#slots.slice(0, this.#start)];
    inOrder.length *= 2;
    this.#slots = inOrder;
    this.#start = 0;
  }
}

export class InMemoryQueue<T = string> {
  readonly #ring = new Ring<T>();

  constructor(messages: Iterable<T> = []) {
    for (const message of messages) this.#ring.push(message);
  }

  get size(): number {
    return this.#ring.length;
  }

  send(message: T): void {
    this.#ring.push(message);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`\`batchSize\` must be a positive integer, not ${batchSize}`);
    }
    const [batch] = await Promise.all([this.#take(batchSize), delay(NETWORK_DELAY_MS)]);
    return batch;
  }

  async #take(most: number): Promise<T[]> {
    const batch: T[] = [];
    while (this.#ring.length > 0 && batch.length < most) batch.push(this.#ring.shift());
    return batch;
  }
}
