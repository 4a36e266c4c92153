// One queue: an engine, and what SQS has beside it.
//
//   send ──▶ delayed ──▶ engine: waiting ──▶ engine: in flight ──▶ deleted
//                            ▲                    │
//                            └── visibility ends ─┴─ one receive too many ──▶ the dead-letter queue
//
// Every message is in one of these places. Whatever moves one between the engine and somewhere else adds it
// there first: should the engine fail in between, the message is there twice, and not lost.

import { randomUUID } from "node:crypto";
import { Delays } from "./delays.ts";
import type { Delivery, Engine } from "./engine.ts";
import { type Envelope, opened, sealed } from "./envelope.ts";
import { SqsError } from "./errors.ts";
import { Lending } from "./lending.ts";
import { MOST_VISIBILITY_SECONDS, type QueueAttributes } from "./queue-attributes.ts";
import { handleOf, receiptIn } from "./receipt-handles.ts";
import { Waits } from "./waits.ts";

/** "Amazon SQS message quotas": messages in flight in one standard queue. Long polls are not refused for it. */
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

interface SqsQueueOptions {
  name: string;
  arn: string;
  engine: Engine;
  attributes: QueueAttributes;
  /** Finds the dead-letter queue, which may have been deleted. */
  queueOf(arn: string): SqsQueue | undefined;
}

export class SqsQueue {
  readonly name: string;
  readonly arn: string;
  readonly createdAtMs: number = Date.now();
  modifiedAtMs: number = this.createdAtMs;

  /** A queue made anew under the same name has another, and so the receipts of the old one are void. */
  readonly #id = randomUUID();
  readonly #delays = new Delays();
  readonly #messages: Lending;
  readonly #waits = new Waits();

  /** By message id, of the messages that have been received and not yet deleted. The date. */
  readonly #firstReceivedAtMs = new Map<string, number>();

  readonly #queueOf: SqsQueueOptions["queueOf"];
  #attributes: QueueAttributes;
  #purgedAtMs = Number.NEGATIVE_INFINITY;

  /** @throws {SqsError} If the engine cannot be made. */
  constructor({ name, arn, engine, attributes, queueOf }: SqsQueueOptions) {
    this.name = name;
    this.arn = arn;
    this.#attributes = attributes;
    this.#queueOf = queueOf;
    this.#messages = new Lending(engine, attributes.VisibilityTimeout);
  }

  get attributes(): QueueAttributes {
    return this.#attributes;
  }

  /** @throws {SqsError} If the engine cannot lend for another time than it was made with, and now would have to. */
  set attributes(attributes: QueueAttributes) {
    this.#messages.assertLends(attributes.VisibilityTimeout);
    this.#attributes = attributes;
    this.modifiedAtMs = Date.now();
  }

  get counts(): { waiting: number; inFlight: number; delayed: number } {
    return { waiting: this.#messages.waiting, inFlight: this.#messages.inFlight, delayed: this.#delays.size };
  }

  /** @param delaySeconds Instead of the queue's DelaySeconds. */
  send(envelope: Envelope, delaySeconds = this.#attributes.DelaySeconds): void {
    if (delaySeconds === 0) {
      this.#messages.publish(sealed(envelope));
      return;
    }
    this.#delays.add(delaySeconds * 1000, () => {
      try {
        this.#messages.publish(sealed(envelope));
      } catch {
        // An engine that takes no message: the next send or receive says so, to somebody who can read it.
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
    this.#messages.assertLends(visibilitySeconds);
    this.#messages.requeueExpired();
    if (waitSeconds === 0 && this.#messages.inFlight >= MOST_IN_FLIGHT) {
      throw new SqsError("OverLimit", `At most ${MOST_IN_FLIGHT} messages may be in flight in one queue.`);
    }

    const untilMs = performance.now() + waitSeconds * 1000;
    const taken: { envelope: Envelope; delivery: Delivery }[] = [];
    await this.#waits.run(request.signal, async (signal) => {
      while (taken.length < request.maxMessages) {
        const waitMs = taken.length > 0 ? 0 : Math.max(0, untilMs - performance.now());
        const delivery = await this.#messages.receive(waitMs, signal);
        if (!delivery) return;
        const envelope = opened(delivery.body);
        if (this.#isTooOld(envelope)) this.#delete(envelope.messageId, delivery.receipt);
        else if (!this.#moveIfDead(envelope, delivery)) taken.push({ envelope, delivery });
      }
    });
    // Only now, and the last one first: a message whose time is 0 waits again at once, ahead of all others,
    // and must not be taken twice by one receive.
    for (const { delivery } of taken.toReversed()) this.#messages.lend(delivery.receipt, visibilitySeconds);
    return taken.map(({ envelope, delivery }) => this.#received(envelope, delivery));
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
   *
   * @throws {SqsError} MessageNotInflight, if the delivery is over; ReceiptHandleIsInvalid, if there was none.
   */
  changeVisibility(receiptHandle: string, seconds: number): void {
    const { receipt } = receiptIn(this.#id, receiptHandle);
    const receivedAtMs = this.#messages.receivedAtMs(receipt);
    if (receivedAtMs === undefined) throw notInFlight();
    if (performance.now() + seconds * 1000 - receivedAtMs > MOST_VISIBILITY_SECONDS * 1000) {
      throw new SqsError(
        "InvalidParameterValue",
        `Value ${seconds} for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message ` +
          `is beyond the limit [${MOST_VISIBILITY_SECONDS} seconds].`,
      );
    }
    if (!this.#messages.change(receipt, seconds)) throw notInFlight();
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
    await this.#waits.run(undefined, (signal) => this.#messages.deleteAll(signal));
  }

  /** Ends what waits here, with `error`, and leaves no timer. */
  end(error: SqsError): void {
    this.#waits.endAll(error);
    this.#delays.clear();
    this.#messages.end();
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
    const moved: Envelope = {
      ...envelope,
      receivesElsewhere: envelope.receivesElsewhere + receiveCount - 1,
      firstReceivedAtMs: this.#firstReceivedAtMs.get(envelope.messageId),
      deadLetterSourceArn: this.arn,
    };
    deadLetters.send(moved, 0);
    this.#delete(envelope.messageId, receipt);
    return true;
  }

  #delete(messageId: string, receipt: string): void {
    if (this.#messages.delete(receipt)) this.#firstReceivedAtMs.delete(messageId);
  }
}

function notInFlight(): SqsError {
  return new SqsError("MessageNotInflight", "The message referred to isn't in flight.");
}
