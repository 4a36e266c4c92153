// A right answer: messages are numbered and kept in a map; util.promisify makes the wait.

import { promisify } from "node:util";

export const NETWORK_DELAY_MS = 100;

const sleep = promisify(setTimeout);

export class InMemoryQueue<T = string> {
  readonly #byNumber = new Map<number, T>();
  #nextOut = 0;
  #nextIn = 0;

  constructor(messages: Iterable<T> = []) {
    for (const message of messages) this.send(message);
  }

  get size(): number {
    return this.#byNumber.size;
  }

  send(message: T): void {
    this.#byNumber.set(this.#nextIn++, message);
  }

  receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      return Promise.reject(new RangeError(`Expected \`batchSize\` to be a positive integer, got ${batchSize}`));
    }
    const count = Math.min(batchSize, this.#byNumber.size);
    const batch = Array.from({ length: count }, () => this.#takeOne());
    return sleep(NETWORK_DELAY_MS).then(() => batch);
  }

  #takeOne(): T {
    const number = this.#nextOut++;
    const message = this.#byNumber.get(number) as T;
    this.#byNumber.delete(number);
    return message;
  }
}
