// A right answer: two stacks, an inbox that is turned over into an outbox whenever the outbox has run out.

import { setTimeout as setTimer } from "node:timers";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  #inbox: T[];
  #outbox: T[] = [];

  constructor(messages: Iterable<T> = []) {
    this.#inbox = [...messages];
  }

  get size(): number {
    return this.#inbox.length + this.#outbox.length;
  }

  send(message: T): void {
    this.#inbox.push(message);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || Math.sign(batchSize) !== 1) {
      throw new RangeError(`Expected \`batchSize\` to be a positive integer, got ${batchSize}`);
    }
    const batch = [...this.#oldest(batchSize)];
    await new Promise<void>((resolve) => setTimer(resolve, NETWORK_DELAY_MS));
    return batch;
  }

  *#oldest(most: number): Generator<T> {
    for (let taken = 0; taken < most && this.size > 0; taken++) {
      if (this.#outbox.length === 0) {
        this.#outbox = this.#inbox.reverse();
        this.#inbox = [];
      }
      yield this.#outbox.pop() as T;
    }
  }
}
