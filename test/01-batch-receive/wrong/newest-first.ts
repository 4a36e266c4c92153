// Misconception: `push` puts messages in and `pop` takes them out, so an array used like that is a queue.
// Way out: `push` and `pop` work at the same end: what came last leaves first. The oldest message is at the other end.
// Must fail: 01.1 a batch brings the oldest messages, in the order they were sent
// Must fail: 01.1 the messages of a batch are gone from the queue
// Must fail: 01.1 fewer waiting than asked for: it brings those
// Must fail: 01.1 0, '', null and false are messages like any other
// Must fail: 01.1 however many are asked for, it brings up to that many
// Must fail: 01.1 a message is handed out as it was sent, whatever it is
// Must fail: 01.1 any iterable will do as a start, one that can be read only once too
// Must fail: 01.1 a later change to the array given to the constructor does not reach the queue
// Must fail: 01.1 two queues know nothing of each other
// Must fail: 01.3 calls made in the same instant never share a message, and the first gets the older ones
// Must fail: 01.3 calls that overlap in part lose nothing either
// Must fail: 01.3 a message sent 0 ms after a call was made is never lost
// Must fail: 01.3 a message sent 50 ms after a call was made is never lost
// Must fail: 01.3 a message sent 100 ms after a call was made is never lost
// Must fail: 01.3 a message sent 150 ms after a call was made is never lost
// Must fail: 01.3 messages sent between overlapping calls keep their order
// Must fail: 01.3 a hundred overlapping calls of all sizes bring every message exactly once, in order
// Must fail: 01.4 a batch size of 0 leaves every message in the queue
// Must fail: 01.4 a batch size of -1 leaves every message in the queue
// Must fail: 01.4 a batch size of 0.5 leaves every message in the queue
// Must fail: 01.4 a batch size of 1.5 leaves every message in the queue
// Must fail: 01.4 a batch size of NaN leaves every message in the queue
// Must fail: 01.4 a batch size of Infinity leaves every message in the queue
// Must fail: 01.4 a batch size of -Infinity leaves every message in the queue

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  readonly #messages: T[];

  constructor(messages: Iterable<T> = []) {
    this.#messages = [...messages];
  }

  get size(): number {
    return this.#messages.length;
  }

  send(message: T): void {
    this.#messages.push(message);
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    const batch: T[] = [];
    while (batch.length < batchSize && this.#messages.length > 0) {
      batch.push(this.#messages.pop() as T);
    }
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }
}
