// The queue behind the SQS of lesson 06's lab: the reference of lesson 04, and a clock that takes back
// what was not deleted in time. It says what moves, so that the picture can follow.

import type { MessageAttributeValue } from "@aws-sdk/client-sqs";
import { type Message as Lent, VisibilityQueue } from "#solution/04-visibility-queue/visibility-queue.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";

/** A message that SQS has. */
export interface Stored {
  readonly id: string;
  readonly body: string;
  readonly attributes: Readonly<Record<string, MessageAttributeValue>>;
}

/** One receive of a message. */
export interface Delivery {
  readonly message: Stored;
  /** The receipt handle. */
  readonly handle: string;
  readonly receipt: string;
  /** How often it has been received, this time included. */
  readonly count: number;
  /** When its visibility timeout ends, in milliseconds of the lab. */
  untilMs: number;
  /** How it has ended; `undefined`: it has not. */
  end: "deleted" | "expired" | undefined;
}

export interface QueueWatcher {
  /** SQS has it. */
  sent(message: Stored): void;
  /** Its delivery has ended without a delete: it waits again, or it is dead. */
  expired(delivery: Delivery, isDead: boolean): void;
  deleted(delivery: Delivery): void;
  /** A delete came after the end of the delivery, and has deleted nothing. */
  deletedTooLate(delivery: Delivery): void;
  extended(delivery: Delivery): void;
}

export class MessageQueue {
  readonly #stage: Stage;
  readonly #watcher: QueueWatcher;
  readonly #maxReceives: number;
  readonly visibilitySeconds: number;

  // It lends for ever: when a delivery ends is decided here.
  readonly #queue: VisibilityQueue;

  /** All messages that were ever sent, by id. */
  readonly #messages = new Map<string, Stored>();

  /** All deliveries there ever were, by receipt handle: SQS takes an old one, and does nothing. */
  readonly #deliveries = new Map<string, Delivery>();

  constructor(stage: Stage, watcher: QueueWatcher) {
    const { visibilityS = 30, maxReceives = 3 } = stage.knobs;
    this.#stage = stage;
    this.#watcher = watcher;
    this.#maxReceives = maxReceives;
    this.visibilitySeconds = visibilityS;
    const visibilityTimeoutMs = Number.POSITIVE_INFINITY;
    this.#queue = new VisibilityQueue({ visibilityTimeoutMs, maxReceives, deadLetters: new VisibilityQueue() });
  }

  get waiting(): number {
    return this.#queue.waiting;
  }

  get inFlight(): number {
    return this.#queue.inFlight;
  }

  /** Returns the message's id. */
  send(body: string, attributes: Stored["attributes"]): string {
    const id = `00000000-0000-4000-8000-${String(this.#messages.size + 1).padStart(12, "0")}`;
    const message = { id, body, attributes };
    this.#messages.set(id, message);
    this.#watcher.sent(message);
    this.#queue.publish(id);
    return id;
  }

  /** Waits up to `waitMs` for the first message, and brings what is there beside it. */
  async receive(most: number, waitMs: number, seconds: number, signal: AbortSignal): Promise<Delivery[]> {
    const first = await this.#queue.receive({ timeoutMs: waitMs, signal });
    const lent: Lent[] = [];
    for (let next = first; next; next = await this.#queue.receive({ timeoutMs: 0 })) {
      lent.push(next);
      if (lent.length === most) break;
    }
    return lent.flatMap((one) => this.#delivered(one, seconds));
  }

  deliveryOf(handle: string | undefined): Delivery | undefined {
    return this.#deliveries.get(handle ?? "");
  }

  /** Whether there was ever such a delivery. One that is over deletes nothing. */
  delete(handle: string | undefined): boolean {
    const delivery = this.deliveryOf(handle);
    if (!delivery) return false;
    if (delivery.end) {
      this.#watcher.deletedTooLate(delivery);
      return true;
    }
    delivery.end = "deleted";
    this.#queue.ack(delivery.receipt);
    this.#watcher.deleted(delivery);
    return true;
  }

  /** Makes the visibility timeout end `seconds` from now. Whether the delivery was still going on. */
  changeVisibility(handle: string | undefined, seconds: number): boolean {
    const delivery = this.deliveryOf(handle);
    if (!delivery || delivery.end) return false;
    delivery.untilMs = this.#stage.nowMs + seconds * 1000;
    if (seconds > 0) this.#watcher.extended(delivery);
    void this.#expireAt(delivery.untilMs);
    return true;
  }

  #delivered({ body: id, receipt, receiveCount }: Lent, seconds: number): Delivery[] {
    const message = this.#messages.get(id);
    if (!message) return [];
    // With blanks, as real ones have signs that no entry's id may have.
    const handle = `${receipt} of ${id}`;
    const untilMs = this.#stage.nowMs + seconds * 1000;
    const delivery: Delivery = { message, handle, receipt, count: receiveCount, untilMs, end: undefined };
    this.#deliveries.set(handle, delivery);
    void this.#expireAt(untilMs);
    return [delivery];
  }

  async #expireAt(ms: number): Promise<void> {
    await this.#stage.wait(Math.ceil(ms - this.#stage.nowMs));
    const { nowMs } = this.#stage;
    const expired = [...this.#deliveries.values()].filter(({ end, untilMs }) => !end && untilMs <= nowMs);
    for (const delivery of expired) {
      delivery.end = "expired";
      this.#queue.extend(delivery.receipt, 0);
      this.#watcher.expired(delivery, delivery.count >= this.#maxReceives);
    }
    this.#queue.requeueExpired();
  }
}
