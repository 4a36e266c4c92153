// Lesson: lessons/04-visibility-queue.md      Check: npm run check 04
//
// Whoever takes a message out of a queue and then crashes has lost it. Build a queue that lends:
// a message stays until somebody says it is done, and comes back when nobody does.

/** One delivery of a message: yours alone, until its visibility timeout is over. */
export interface Message {
  /** The same in every delivery of this message, and no other message has it. */
  readonly id: string;

  /** What was published. */
  readonly body: string;

  /** The proof that this delivery is yours. The next delivery of the message has another. */
  readonly receipt: string;

  /** How often the message has been delivered, this time included: 1 on the first delivery. */
  readonly receiveCount: number;
}

/** No delivery in flight has this receipt: it was acked, or its message has gone back or was never there. */
export class UnknownReceiptError extends Error {
  override readonly name = "UnknownReceiptError";
}

interface VisibilityQueueOptions {
  /**
   * How long a delivery may last before `requeueExpired` takes its message back, in milliseconds,
   * counted from the delivery. `Infinity`: for ever.
   *
   * @default 5000
   */
  visibilityTimeoutMs?: number;

  /**
   * Stretch: after that many deliveries a message does not come back; it is dead.
   *
   * @default no limit
   */
  maxReceives?: number;

  /** Stretch: where dead messages are published, as new ones. Without it they are dropped. */
  deadLetters?: VisibilityQueue;
}

interface ReceiveOptions {
  /**
   * How long to wait for a message, in milliseconds. 0: not at all. `Infinity`: until one comes.
   *
   * @default 10_000
   */
  timeoutMs?: number;

  /** Gives the wait up: it rejects with the signal's reason, and takes no message. */
  signal?: AbortSignal;
}

/**
 * A queue that lends its messages: one that is received stays in the queue, hidden from others,
 * until it is acked. A consumer that crashes loses nothing: its message is delivered again.
 */
export class VisibilityQueue {
  /** The messages that wait. */
  readonly #waiting: { id: string; body: string }[] = [];

  /** @throws {RangeError} On a negative timeout, on NaN, and unless `maxReceives` is a whole number from 1 up. */
  constructor(options: VisibilityQueueOptions = {}) {
    // TODO 04.1: A message waits, or somebody has it. What must you know of the one, and what of the other?
    throw new Error("Not written yet: the constructor");
  }

  /** How many messages wait to be received. */
  get waiting(): number {
    return this.#waiting.length;
  }

  /** How many messages are with a consumer: received, and neither acked nor taken back. */
  get inFlight(): number {
    throw new Error("Not written yet: inFlight");
  }

  /**
   * Puts a message behind those that wait, or hands it to the receiver that has waited longest.
   *
   * @returns The message's id.
   */
  publish(body: string): string {
    throw new Error("Not written yet: publish");
  }

  /**
   * Takes the first message that waits, and puts it in flight. If none waits, it waits for one, in
   * the order in which the receivers came.
   *
   * @returns The message, or `null` if none has come within `timeoutMs`.
   * @throws {RangeError} If `timeoutMs` is negative or NaN.
   * @throws The signal's reason, once it is aborted.
   */
  async receive(options: ReceiveOptions = {}): Promise<Message | null> {
    // TODO 04.4: Ten consumers wait and one message comes. Who gets it, and what if that one has just given up?
    throw new Error("Not written yet: receive");
  }

  /**
   * Deletes a message in flight for good. A delivery that has expired, and that `requeueExpired` has
   * not taken back, can still be acked.
   *
   * @throws {UnknownReceiptError} Unless `receipt` is of a delivery in flight. Nothing is deleted.
   */
  ack(receipt: string): void {
    // TODO 04.2: A slow consumer acks a message that by now another one works on. What will tell the two apart?
    throw new Error("Not written yet: ack");
  }

  /**
   * Puts the messages whose visibility timeout is over back ahead of all that wait, the one that was
   * delivered first in front. Nothing comes back unless this is called, or `release`.
   *
   * @returns How many went back, dead ones not counted.
   */
  requeueExpired(): number {
    // TODO 04.3: Three deliveries have expired. In which order, and ahead of whom, do their messages stand now?
    throw new Error("Not written yet: requeueExpired");
  }

  /**
   * Stretch: puts a message in flight back at once, ahead of all that wait.
   *
   * @throws {UnknownReceiptError} Unless `receipt` is of a delivery in flight.
   */
  release(receipt: string): void {
    throw new Error("Not written yet: release");
  }

  /**
   * Stretch: makes the visibility timeout of a delivery end `visibilityTimeoutMs` from now, sooner
   * or later than before.
   *
   * @throws {UnknownReceiptError} Unless `receipt` is of a delivery in flight.
   * @throws {RangeError} If `visibilityTimeoutMs` is negative or NaN.
   */
  extend(receipt: string, visibilityTimeoutMs: number): void {
    // TODO 04.5: From now on, the order in which messages were delivered is not the order in which they expire.
    throw new Error("Not written yet: extend");
  }
}
