// A right answer: messages lie in chunks of a fixed size, and a chunk that is spent is dropped whole.

import { setTimeout as wait } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

const CHUNK_LENGTH = 256;

class Chunk<T> {
  readonly messages: T[] = [];
  taken = 0;
  next: Chunk<T> | undefined;

  get isFull(): boolean {
    return this.messages.length === CHUNK_LENGTH;
  }

  get rest(): number {
    return this.messages.length - this.taken;
  }

  take(most: number): T[] {
    const taken = this.messages.slice(this.taken, this.taken + most);
    this.taken += taken.length;
    return taken;
  }
}

export class InMemoryQueue<T = string> {
  #oldest = new Chunk<T>();
  #newest = this.#oldest;
  #waiting = 0;

  constructor(messages: Iterable<T> = []) {
    for (const message of messages) this.send(message);
  }

  get size(): number {
    return this.#waiting;
  }

  send(message: T): void {
    if (this.#newest.isFull) {
      this.#newest.next = new Chunk<T>();
      this.#newest = this.#newest.next;
    }
    this.#newest.messages.push(message);
    this.#waiting += 1;
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    assertPositiveInteger(batchSize);
    const batch = this.#take(batchSize);
    await wait(NETWORK_DELAY_MS);
    return batch;
  }

  #take(most: number): T[] {
    const batch = this.#oldest.take(most);
    while (batch.length < most && this.#oldest.rest === 0 && this.#oldest.next !== undefined) {
      this.#oldest = this.#oldest.next;
      batch.push(...this.#oldest.take(most - batch.length));
    }
    this.#waiting -= batch.length;
    return batch;
  }
}

function assertPositiveInteger(batchSize: number): void {
  if (Number.isInteger(batchSize) && batchSize >= 1) return;
  throw new RangeError(`Expected \`batchSize\` to be a positive integer, got ${batchSize}`);
}
