// One queue: an engine, and what SQS has beside it.
//
//   send ──▶ delayed ──▶ engine: waiting ──▶ engine: in flight ──▶ deleted
//                            ▲                    │
//                            └── visibility ends ─┴─ one receive too many ──▶ the dead-letter queue
//
// Every message is in one of these places. Whatever moves one between the engine and somewhere else adds it
// there first: should the engine fail in between, the message is there twice, and not lost.

import { randomUUID } from "node:crypto";
import { Deadlines } from "./deadlines.ts";
import { Delays } from "./delays.ts";
import { CheckedEngine, type Delivery, type Engine } from "./engine.ts";
import { type Envelope, opened, sealed } from "./envelope.ts";
import { SqsError } from "./errors.ts";
import { MOST_VISIBILITY_SECONDS, type QueueAttributes } from "./queue-attributes.ts";
import { handleOf, receiptIn } from "./receipt-handles.ts";

/** "Amazon SQS message quotas": messages in flight in one standard queue. */
const MOST_IN_FLIGHT = 120_000;

/** PurgeQueue: "every 60 seconds". */
const BETWEEN_PURGES_MS = 60_000;

/** A message as a receive brings it. */
export interface Received {
  readonly envelope: Envelope;
  readonly receiptHandle: string;
  readonly receiveCount: number;
  /** The date, in milliseconds since 1970. */
  readonly firstReceivedAtMs: number;
}

export interface ReceiveRequest {
  readonly maxMessages: number;
  /** Instead of the queue's ReceiveMessageWaitTimeSeconds. */
  readonly waitSeconds?: number | undefined;
  /** Instead of the queue's VisibilityTimeout, for what this receive brings. */
  readonly visibilitySeconds?: number | undefined;
  /** The client has gone away. */
  readonly signal?: AbortSignal | undefined;
}

export class SqsQueue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number = Date.now();
  modifiedAtMs: number = this.createdAtMs;

  /** A queue made anew under the same name has another, and so the receipts of the old one are void. */
  readonly #id = randomUUID();
  readonly #engine: CheckedEngine;
  readonly #queueOf: (arn: string) => SqsQueue | undefined;
  #attributes: QueueAttributes;

  readonly #delays = new Delays();

  /** Of the deliveries that the engine has in flight. */
  readonly #deadlines = new Deadlines(() => this.#requeueUnasked());

  /** By message id, of the messages that have been received and not yet deleted. The date. */
  readonly #firstReceivedAtMs = new Map<string, number>();

  /** The receives that are under way. To abort one ends its wait in the engine. */
  readonly #receives = new Set<AbortController>();

  #purgedAtMs = Number.NEGATIVE_INFINITY;

  /**
   * @param queueOf Finds the dead-letter queue, which may have been deleted.
   * @throws {SqsError} If the engine cannot be made.
   */
  constructor(options: {
    name: string;
    arn: string;
    engine: Engine;
    attributes: QueueAttributes;
    queueOf: (arn: string) => SqsQueue | undefined;
  }) {
    this.name = options.name;
    this.arn = options.arn;
    this.#attributes = options.attributes;
    this.#queueOf = options.queueOf;
    this.#engine = new CheckedEngine(options.engine, options.attributes.VisibilityTimeout * 1000);
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  /** @throws {SqsError} If the engine cannot lend for another time than it was made with, and now would have to. */
  set attributes(attributes: QueueAttributes) {
    this.#assertLends(attributes.VisibilityTimeout);
    this.#attributes = attributes;
    this.modifiedAtMs = Date.now();
  }

  get counts(): { waiting: number; inFlight: number; delayed: number } {
    return { waiting: this.#engine.waiting, inFlight: this.#engine.inFlight, delayed: this.#delays.size };
  }

  /** @param delaySeconds Instead of the queue's DelaySeconds. */
  send(envelope: Envelope, delaySeconds = this.#attributes.DelaySeconds): void {
    if (delaySeconds === 0) {
      this.#publish(envelope);
      return;
    }
    this.#delays.add(delaySeconds * 1000, () => {
      try {
        this.#publish(envelope);
      } catch {
        // An engine that takes no message: its next send or receive says so to somebody who can read it.
      }
    });
  }

  /**
   * Waits for the first message, and takes what is there beside it ("Amazon SQS short and long polling").
   *
   * @returns None, if none came in time.
   */
  async receive(request: ReceiveRequest): Promise<Received[]> {
    const { waitSeconds = this.#attributes.ReceiveMessageWaitTimeSeconds } = request;
    const { visibilitySeconds = this.#attributes.VisibilityTimeout } = request;
    this.#assertLends(visibilitySeconds);
    this.#engine.requeueExpired();
    if (waitSeconds === 0 && this.#engine.inFlight >= MOST_IN_FLIGHT) {
      throw new SqsError("OverLimit", `At most ${MOST_IN_FLIGHT} messages may be in flight in one queue.`);
    }

    const untilMs = performance.now() + waitSeconds * 1000;
    const taken: Delivery[] = [];
    const received: Received[] = [];
    await this.#whileWanted(request.signal, async (signal) => {
      while (taken.length < request.maxMessages) {
        const waitMs = taken.length > 0 ? 0 : Math.max(0, untilMs - performance.now());
        const delivery = await this.#engine.receive(waitMs, signal);
        if (!delivery) return;
        this.#deadlines.set(delivery.receipt, this.#engine.visibilityTimeoutMs);
        const envelope = opened(delivery.body);
        if (this.#isTooOld(envelope)) this.#delete(envelope.messageId, delivery.receipt);
        else if (!this.#moveIfDead(envelope, delivery)) {
          taken.push(delivery);
          received.push(this.#received(envelope, delivery));
        }
      }
    });
    // Only now, and the last one first: a message whose time is 0 waits again at once, ahead of all others,
    // and must not be taken twice by one receive.
    for (const { receipt } of taken.toReversed()) this.#lend(receipt, visibilitySeconds);
    return received;
  }

  /**
   * DeleteMessage. With the receipt of a delivery that is over, or of a message that has been deleted, it
   * "succeeds" as SQS does, and deletes nothing: the message may be with another consumer. SQS still takes
   * the last receipt of an expired delivery; this engine has forgotten it by then.
   *
   * @throws {SqsError} ReceiptHandleIsInvalid, for what was never a receipt of this queue.
   */
  delete(receiptHandle: string): void {
    const { messageId, receipt } = receiptIn(this.#id, receiptHandle);
    this.#delete(messageId, receipt);
  }

  /**
   * ChangeMessageVisibility: the time of this delivery ends `seconds` from now, and with 0 at once. All in
   * all a delivery lasts no longer than 12 hours ("Amazon SQS visibility timeout").
   */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const { receipt } = receiptIn(this.#id, receiptHandle);
    const receivedAtMs = this.#deadlines.receivedAtMs(receipt);
    const lastsMs = performance.now() + seconds * 1000 - (receivedAtMs ?? 0);
    if (receivedAtMs !== undefined && lastsMs > MOST_VISIBILITY_SECONDS * 1000) {
      throw new SqsError(
        "InvalidParameterValue",
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message ` +
          `is beyond the limit [${MOST_VISIBILITY_SECONDS} seconds].`,
      );
    }
    if (receivedAtMs === undefined || !this.#changed(receipt, seconds)) {
      throw new SqsError("MessageNotInflight", "The message referred to isn't in flight.");
    }
  }

  /** PurgeQueue: deletes all there is, also what is delayed or in flight. */
  async purge(): Promise<void> {
    if (performance.now() - this.#purgedAtMs < BETWEEN_PURGES_MS) {
      throw new SqsError(
        "PurgeQueueInProgress",
        `Only one PurgeQueue operation on ${this.name} is allowed every ${BETWEEN_PURGES_MS / 1000} seconds.`,
      );
    }
    this.#purgedAtMs = performance.now();
    this.#delays.clear();
    this.#firstReceivedAtMs.clear();
    for (const receipt of this.#deadlines.receipts) this.#engine.ack(receipt);
    this.#deadlines.clear();
    // As many as there are now: what is sent in the meantime stands behind them, and stays.
    await this.#whileWanted(undefined, async (signal) => {
      for (let left = this.#engine.waiting; left > 0; left--) {
        const delivery = await this.#engine.receive(0, signal);
        if (delivery) this.#engine.ack(delivery.receipt);
      }
    });
  }

  /** Ends what waits here, with `error`, and leaves no timer. */
  end(error: SqsError): void {
    for (const receive of this.#receives) receive.abort(error);
    this.#delays.clear();
    this.#deadlines.clear();
  }

  #publish(envelope: Envelope): void {
    this.#engine.publish(sealed(envelope));
  }

  #received(envelope: Envelope, { receipt, receiveCount }: Delivery): Received {
    const { messageId } = envelope;
    const firstReceivedAtMs = this.#firstReceivedAtMs.get(messageId) ?? envelope.firstReceivedAtMs ?? Date.now();
    this.#firstReceivedAtMs.set(messageId, firstReceivedAtMs);
    return {
      envelope,
      receiptHandle: handleOf(this.#id, { messageId, receipt }),
      receiveCount: envelope.receivesElsewhere + receiveCount,
      firstReceivedAtMs,
    };
  }

  /** MessageRetentionPeriod, counted from the send. It is looked at when the message is received. */
  #isTooOld({ sentAtMs }: Envelope): boolean {
    return Date.now() - sentAtMs > this.#attributes.MessageRetentionPeriod * 1000;
  }

  /**
   * The redrive: on the receive after the last one that `maxReceiveCount` allows, the message goes to the
   * dead-letter queue instead. What was counted so far counts on there.
   */
  #moveIfDead(envelope: Envelope, { receipt, receiveCount }: Delivery): boolean {
    const policy = this.#attributes.RedrivePolicy;
    const deadLetters = policy && receiveCount > policy.maxReceiveCount && this.#queueOf(policy.deadLetterTargetArn);
    if (!deadLetters) return false;
    deadLetters.#publish({
      ...envelope,
      receivesElsewhere: envelope.receivesElsewhere + receiveCount - 1,
      firstReceivedAtMs: this.#firstReceivedAtMs.get(envelope.messageId),
      deadLetterSourceArn: this.arn,
    });
    this.#delete(envelope.messageId, receipt);
    return true;
  }

  #delete(messageId: string, receipt: string): void {
    if (!this.#engine.ack(receipt)) return;
    this.#deadlines.delete(receipt);
    this.#firstReceivedAtMs.delete(messageId);
  }

  /** Whether the engine lends for that long by itself. For another time it has to have `extend`, and for 0 `release`. */
  #isOwnTime(seconds: number): boolean {
    return seconds * 1000 === this.#engine.visibilityTimeoutMs;
  }

  #assertLends(seconds: number): void {
    if (!this.#isOwnTime(seconds)) this.#engine.assertCan(seconds === 0 ? "release" : "extend");
  }

  #lend(receipt: string, seconds: number): void {
    if (!this.#isOwnTime(seconds)) this.#changed(receipt, seconds);
  }

  /** Whether the delivery was still in flight. */
  #changed(receipt: string, seconds: number): boolean {
    const isInFlight = seconds === 0 ? this.#engine.release(receipt) : this.#engine.extend(receipt, seconds * 1000);
    if (isInFlight && seconds > 0) this.#deadlines.set(receipt, seconds * 1000);
    else this.#deadlines.delete(receipt);
    return isInFlight;
  }

  /** For the timer: nobody is there to be told of an engine's mistake. The next receive is. */
  #requeueUnasked(): void {
    try {
      this.#engine.requeueExpired();
    } catch {
      // See above.
    }
  }

  /** Runs `receive` with a signal that aborts when its client goes away, and when the queue ends. */
  async #whileWanted(client: AbortSignal | undefined, receive: (signal: AbortSignal) => Promise<void>): Promise<void> {
    const controller = new AbortController();
    const giveUp = () => controller.abort(client?.reason);
    client?.throwIfAborted();
    client?.addEventListener("abort", giveUp);
    this.#receives.add(controller);
    try {
      await receive(controller.signal);
    } finally {
      this.#receives.delete(controller);
      client?.removeEventListener("abort", giveUp);
    }
  }
}
