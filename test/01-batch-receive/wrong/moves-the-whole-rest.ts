// Misconception: `splice(0, 10)` costs ten messages' worth of work, however long the array is.
// Way out: Everything behind the removed messages moves to the front, at each call. Remember where the front is instead of moving it.
// Must fail: 01.1 a batch brings the oldest messages, in the order they were sent
// Must fail: 01.1 the messages of a batch are gone from the queue
// Must fail: 01.1 fewer waiting than asked for: it brings those
// Must fail: 01.1 none waiting: it brings an empty array
// Must fail: 01.1 0, '', null and false are messages like any other
// Must fail: 01.1 messages that look alike are all delivered
// Must fail: 01.1 size tells how many messages wait
// Must fail: 01.1 any iterable will do as a start, one that can be read only once too
// Must fail: 01.1 the array given to the constructor is never changed
// Must fail: 01.1 a later change to the array given to the constructor does not reach the queue
// Must fail: 01.1 a batch that was returned never changes
// Must fail: 01.1 two queues know nothing of each other
// Must fail: 01.2 NETWORK_DELAY_MS is 100
// Must fail: 01.2 a call that brings 1 message takes one round trip
// Must fail: 01.2 a call that brings 10 messages takes one round trip
// Must fail: 01.2 a call that brings 7 messages takes one round trip
// Must fail: 01.2 a call that brings nothing takes one round trip too
// Must fail: 01.2 overlapping round trips run side by side: each ends 100 ms after its call was made
// Must fail: 01.3 calls made in the same instant never share a message, and the first gets the older ones
// Must fail: 01.3 calls that overlap in part lose nothing either
// Must fail: 01.3 a call that finds the queue empty takes nothing from the next one
// Must fail: 01.3 a message sent 0 ms after a call was made is never lost
// Must fail: 01.3 a message sent 50 ms after a call was made is never lost
// Must fail: 01.3 a message sent 100 ms after a call was made is never lost
// Must fail: 01.3 a message sent 150 ms after a call was made is never lost
// Must fail: 01.3 a message sent to an empty queue while a call is under way is delivered once
// Must fail: 01.3 messages sent between overlapping calls keep their order
// Must fail: 01.3 a hundred overlapping calls of all sizes bring every message exactly once, in order
// Must fail: 01.4 a batch size of 0 is refused with a RangeError
// Must fail: 01.4 a batch size of 0 leaves every message in the queue
// Must fail: 01.4 a batch size of -1 is refused with a RangeError
// Must fail: 01.4 a batch size of -1 leaves every message in the queue
// Must fail: 01.4 a batch size of 1.5 is refused with a RangeError
// Must fail: 01.4 a batch size of 1.5 leaves every message in the queue
// Must fail: 01.4 a batch size of NaN is refused with a RangeError
// Must fail: 01.4 a batch size of NaN leaves every message in the queue
// Must fail: 01.4 a batch size of Infinity is refused with a RangeError
// Must fail: 01.4 a batch size of Infinity leaves every message in the queue
// Must fail: 01.4 an empty queue refuses nonsense as well
// Must fail: 01.4 a refused call takes nothing from a call that is under way
// Must fail: 01.5 a message costs as much in a queue of 400,000 as in one of 4,000

import { setTimeout as sleep } from "node:timers/promises";

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  readonly #messages: T[];

  constructor(messages: Iterable<T> = []) {
function Object() { [native code] }
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
    const batch = this.#messages.splice(0, batchSize);
    await sleep(NETWORK_DELAY_MS);
    return batch;
  }
}
