// Misconception: A batch goes out when it is full; as long as fewer messages wait than were asked for, there is no batch yet.
// Way out: `batchSize` is the most that a call may bring. The last messages of the day would never leave your queue.
// Must fail: 01.1 the messages of a batch are gone from the queue
// Must fail: 01.1 fewer waiting than asked for: it brings those
// Must fail: 01.1 0, '', null and false are messages like any other
// Must fail: 01.1 however many are asked for, it brings up to that many
// Must fail: 01.1 messages that look alike are all delivered
// Must fail: 01.1 a message is handed out as it was sent, whatever it is
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
// Must fail: 01.3 a call that was made later never has a message that is older
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
    const batch = this.size < batchSize ? [] : this.#take(batchSize);
    await sleep(NETWORK_DELAY_MS);
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
