// Misconception: The batch comes into being with its first message; if none waits, there is no batch to return.
// Way out: An empty queue brings an empty array, so that `for (const message of batch)` works every time. When is your array made?
// Must fail: 01.1 none waiting: it brings an empty array
// Must fail: 01.1 messages that look alike are all delivered
// Must fail: 01.1 any iterable will do as a start, one that can be read only once too
// Must fail: 01.1 a later change to the array given to the constructor does not reach the queue
// Must fail: 01.1 two queues know nothing of each other
// Must fail: 01.3 calls made in the same instant never share a message, and the first gets the older ones
// Must fail: 01.3 calls that overlap in part lose nothing either
// Must fail: 01.3 a message sent 0 ms after a call was made is never lost
// Must fail: 01.3 a message sent 50 ms after a call was made is never lost
// Must fail: 01.3 a message sent 100 ms after a call was made is never lost
// Must fail: 01.3 a message sent 150 ms after a call was made is never lost
// Must fail: 01.3 a message sent to an empty queue while a call is under way is delivered once
// Must fail: 01.3 messages sent between overlapping calls keep their order
// Must fail: 01.3 a hundred overlapping calls of all sizes bring every message exactly once, in order
// Must fail: 01.4 a batch size of 0 leaves every message in the queue
// Must fail: 01.4 a batch size of -1 leaves every message in the queue
// Must fail: 01.4 a batch size of 1.5 leaves every message in the queue
// Must fail: 01.4 a batch size of NaN leaves every message in the queue
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
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    let batch: T[] | undefined;
    for (let taken = 0; taken < batchSize && this.size > 0; taken++) {
      batch ??= [];
      batch.push(this.#next());
    }
    await sleep(NETWORK_DELAY_MS);
    return batch as T[];
  }

  #next(): T {
    const message = this.#messages[this.#head++] as T;
    if (this.#head * 2 > this.#messages.length) {
      this.#messages = this.#messages.slice(this.#head);
      this.#head = 0;
    }
    return message;
  }
}
