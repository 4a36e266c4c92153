// Who has been handed which message, in the lab of lesson 01. It knows what was put in, and says so
// where the queue hands out something else.

import type { Stage } from "../../../scripts/lab/stage.ts";

/** A trip to the queue and back. */
interface Trip {
  readonly by: string;
  readonly batchSize: number;
  readonly shouldTakeMs: number;
  readonly askedAtMs: number;
  /** How many messages had been sent when it began. */
  readonly sentBefore: number;
  /** How many messages it has brought. */
  size: number;
}

/** A message in the register. The queue holds its number, counted from 0: the first one is falsy. */
interface Entry {
  /** Who has been handed it, in order: one name, if all is well. */
  readonly holders: string[];
}

/** A trip that is not over after so many trips' time is not coming back. */
const MANY_TRIPS = 5;

export class Register {
  readonly #stage: Stage;
  readonly #entries: Entry[] = [];

  /** What has been said once, and is not said again. */
  readonly #said = new Set<string>();

  /** Trips that are not back yet. */
  readonly #underWay = new Set<Trip>();

  /** The youngest message that was handed out so far, and when. */
  #youngest = { message: -1, atMs: 0 };

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  /** Makes the next message. */
  made(by: string): number {
    const message = this.#entries.push({ holders: [] }) - 1;
    this.#stage.note({ kind: "made", item: message + 1, label: labelOf(message), by });
    this.#stage.note({ kind: "offered", item: message + 1, by });
    return message;
  }

  queued(message: number): void {
    this.#stage.note({ kind: "queued", item: message + 1 });
  }

  leaves(by: string, batchSize: number, shouldTakeMs: number): Trip {
    const askedAtMs = this.#stage.nowMs;
    const trip: Trip = { by, batchSize, shouldTakeMs, askedAtMs, sentBefore: this.#entries.length, size: 0 };
    this.#underWay.add(trip);
    this.#stage.note({ kind: "asks", by });
    void this.#expect(trip);
    return trip;
  }

  /** Notes what came back. Returns the messages that are worked on: those that were put in, whoever has them too. */
  returns(trip: Trip, brought: unknown): number[] {
    const { by, batchSize } = trip;
    this.#underWay.delete(trip);
    this.#clock(trip);
    if (!Array.isArray(brought)) {
      this.#breaks(
        "no batch",
        `receiveBatch(${batchSize}) brought ${String(brought)} to ${by}. An empty queue brings [].`,
      );
    }
    const batch: unknown[] = Array.isArray(brought) ? [...brought] : [];
    trip.size = batch.length;
    if (batch.length > batchSize) this.#breaks("too many", `${by} asked for ${batchSize} and got ${batch.length}.`);
    const messages = batch.filter((message) => this.#isKnown(message, by));
    for (const message of messages) this.#handTo(by, message);
    if (messages.length === 0) this.#stage.note({ kind: "nothing", by });
    void this.#lookForLeftOnes(trip);
    return messages;
  }

  finished(message: number, by: string): void {
    this.#stage.note({ kind: "finished", item: message + 1, by });
  }

  /** A batch that was handed out stays as it is, whatever happens to the queue. */
  looksAgain(trip: Trip, brought: unknown): void {
    if (!Array.isArray(brought) || brought.length === trip.size) return;
    const text = `${trip.by} was handed ${trip.size} messages; when they were sent, there were ${brought.length} in the batch.`;
    this.#breaks("changes later", text);
  }

  #isKnown(message: unknown, by: string): message is number {
    const isKnown = typeof message === "number" && this.#entries[message] !== undefined;
    if (!isKnown) this.#breaks("unknown", `${by} was handed ${String(message)}, which nobody has sent.`);
    return isKnown;
  }

  #handTo(by: string, message: number): void {
    const entry = this.#entries[message];
    const atMs = this.#stage.nowMs;
    if (!entry) return;
    const isFirst = entry.holders.push(by) === 1;
    this.#stage.note({ kind: "taken", item: message + 1, by });
    // That it is in two hands is seen by whoever draws the picture.
    if (!isFirst) return;
    const youngest = this.#youngest;
    if (message > youngest.message) this.#youngest = { message, atMs };
    // At the same moment is no overtaking: two trips that end together may be seen in any order.
    else if (atMs > youngest.atMs) {
      const text = `${labelOf(message)} came out ${atMs - youngest.atMs} ms after ${labelOf(youngest.message)}, and was sent before it.`;
      this.#breaks("order", text, message);
    }
  }

  #clock({ by, askedAtMs, shouldTakeMs }: Trip): void {
    const tookMs = Math.round(this.#stage.nowMs - askedAtMs);
    if (Math.abs(tookMs - shouldTakeMs) <= 1) return;
    this.#breaks("duration", `${by}'s trip took ${tookMs} ms. Each takes ${shouldTakeMs} ms, whatever it brings.`);
  }

  async #expect(trip: Trip): Promise<void> {
    await this.#stage.wait(trip.shouldTakeMs * MANY_TRIPS);
    if (!this.#underWay.has(trip)) return;
    const text = `${trip.by} has been on a trip for ${trip.shouldTakeMs * MANY_TRIPS} ms. It takes ${trip.shouldTakeMs} ms, full or empty.`;
    this.#breaks("no return", text);
  }

  /** A batch that is not full has emptied the queue of all that was sent before the call. */
  async #lookForLeftOnes({ by, batchSize, size, sentBefore, askedAtMs }: Trip): Promise<void> {
    if (size >= batchSize) return;
    // Trips that end at the same moment come first.
    await this.#stage.wait(1);
    if ([...this.#underWay].some((trip) => trip.askedAtMs <= askedAtMs)) return;
    const left = this.#entries.findIndex((entry, message) => message < sentBefore && entry.holders.length === 0);
    if (left < 0) return;
    const text = `${by} asked for ${batchSize} and got ${size}, though ${labelOf(left)} was in the queue before that: nobody has it.`;
    this.#breaks("left", text, left);
  }

  #breaks(what: string, text: string, message?: number): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.#stage.note({ kind: "broken", text, ...(message === undefined ? {} : { item: message + 1 }) });
  }
}

function labelOf(message: number): string {
  return `msg-${message}`;
}
