// Misconception: `slice` takes the messages out of the queue, so the next call brings the next ones.
// Way out: `slice` copies and leaves the array as it was. What has to change in the queue so that the next call begins behind this batch?
// Must fail: 01.1 the messages of a batch are gone from the queue
// Must fail: 01.1 none waiting: it brings an empty array
// Must fail: 01.1 0, '', null and false are messages like any other
// Must fail: 01.1 however many are asked for, it brings up to that many
// Must fail: 01.1 messages that look alike are all delivered
// Must fail: 01.1 size tells how many messages wait
// Must fail: 01.1 any iterable will do as a start, one that can be read only once too
// Must fail: 01.1 a later change to the array given to the constructor does not reach the queue
// Must fail: 01.1 two queues know nothing of each other
// Must fail: 01.3 calls made in the same instant never share a message, and the first gets the older ones
// Must fail: 01.3 calls that overlap in part lose nothing either
// Must fail: 01.3 a call that finds the queue empty takes nothing from the next one
// Must fail: 01.3 a message sent 0 ms after a call was made is never lost
// Must fail: 01.3 a message sent 50 ms after a call was made is never lost
// Must fail: 01.3 a message sent 100 ms after a call was made is never lost
// Must fail: 01.3 a message sent 150 ms after a call was made is never lost
// Must fail: 01.3 a message sent to an empty queue while a call is under way is delivered once
// Must fail: 01.3 messages sent between overlapping calls keep their order
// Must fail: 01.3 a call that was made later never has a message that is older
// Must fail: 01.3 a hundred overlapping calls of all sizes bring every message exactly once, in order
// Must fail: 01.4 a batch size of 0 leaves every message in the queue
// Must fail: 01.4 a batch size of -1 leaves every message in the queue
// Must fail: 01.4 a batch size of 0.5 leaves every message in the queue
// Must fail: 01.4 a batch size of 1.5 leaves every message in the queue
// Must fail: 01.4 a batch size of NaN leaves every message in the queue
// Must fail: 01.4 a batch size of Infinity leaves every message in the queue
// Must fail: 01.4 a batch size of -Infinity leaves every message in the queue
// Must fail: 01.5 a message costs as much in a queue of 180,000 as in one of 10,000

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
    const batch = this.#messages.slice(0, batchSize);
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }
}
