// Misconception: The loser of a `Promise.race` is called off when the race is over, so a time limit needs no clearing.
// Way out: A race only stops listening: the loser's timer runs on and keeps the process alive. Whoever sets a timer has to clear it.
// Must fail: 01.2 when it has ended, no timer of it is left that keeps the process alive

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

const TIME_LIMIT_MS = 5000;

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
    await Promise.race([sleep(NETWORK_DELAY_MS), timeLimit()]);
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

function timeLimit(): Promise<never> {
  return new Promise((_resolve, reject) => {
    setTimeout(() => reject(new Error(`No answer within ${TIME_LIMIT_MS} ms`)), TIME_LIMIT_MS);
  });
}
