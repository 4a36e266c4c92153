// Misconception: What is left is worked out before the round trip and stored after it; what was sent meanwhile is overwritten.
// Way out: During an `await` others change the queue, and a copy from before knows nothing of it. Change the queue on the side where you read it.
// Must fail: 01.3 calls made in the same instant never share a message, and the first gets the older ones
// Must fail: 01.3 calls that overlap in part lose nothing either
// Must fail: 01.3 a call that finds the queue empty takes nothing from the next one
// Must fail: 01.3 a message sent 0 ms after a call was made is never lost
// Must fail: 01.3 a message sent 50 ms after a call was made is never lost
// Must fail: 01.3 a message sent to an empty queue while a call is under way is delivered once
// Must fail: 01.3 messages sent between overlapping calls keep their order
// Must fail: 01.3 a call that was made later never has a message that is older
// Must fail: 01.3 a hundred overlapping calls of all sizes bring every message exactly once, in order
// Must fail: 01.5 a message costs as much in a queue of 180,000 as in one of 10,000

import { setTimeout as sleep } from "node:timers/promises";

interface Waiting<T> {
  readonly messages: readonly T[];
  readonly spent: number;
}

export const NETWORK_DELAY_MS = 100;

export class InMemoryQueue<T = string> {
  #waiting: Waiting<T>;

  constructor(messages: Iterable<T> = []) {
    this.#waiting = { messages: [...messages], spent: 0 };
  }

  get size(): number {
    return this.#waiting.messages.length - this.#waiting.spent;
  }

  send(message: T): void {
    const { messages, spent } = this.#waiting;
    this.#waiting = { messages: [...messages, message], spent };
  }

  async receiveBatch(batchSize: number): Promise<T[]> {
    if (!Number.isInteger(batchSize) || batchSize < 1) {
      throw new RangeError(`Expected \`batchSize\` to be a whole number from 1 up, got ${batchSize}`);
    }
    const { messages, spent } = this.#waiting;
    const batch = messages.slice(spent, spent + batchSize);
    await sleep(NETWORK_DELAY_MS);
    this.#waiting = { messages, spent: spent + batch.length };
    return batch;
  }
}
