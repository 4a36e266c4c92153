// What the learner's processor asks SQS for, in lesson 06's lab: as many messages as it has free workers,
// no more and no fewer, and with a pause where SQS fails.

import type { Stage } from "../../../scripts/lab/stage.ts";
import type { Breaches } from "../../05-task-service/lab/breaches.ts";
import type { Hands } from "./hands.ts";
import type { Delivery } from "./queue.ts";

/** Is told how a receive has ended. */
export interface Poll {
  brought(deliveries: readonly Delivery[]): void;
  failed(): void;
}

/** A message that was brought to the processor, and whose handler was not called yet. */
interface InHand {
  readonly body: string;
  readonly sinceMs: number;
}

/** A loop may do something else first, but not for longer than this, in milliseconds of the lab. */
const LONG_MS = 300;

/** After failures the pauses grow, up to this. */
const LONGEST_PAUSE_MS = 20_000;

/** A receive that brings nothing in less than this is no long poll; so many of them are a habit. */
const SHORT_MS = 1_000;
const MANY_SHORT = 20;

export class Polls {
  readonly #stage: Stage;
  readonly #hands: Hands;
  readonly #breaches: Breaches;

  /** How many receives are under way, and what they ask for, all together. */
  #underWay = 0;
  #askedFor = 0;

  /** When a receive was last answered with an error: then a pause is right. */
  #failedAtMs = Number.NEGATIVE_INFINITY;
  #shortOnes = 0;

  /** How many receives were answered with an error. */
  failures = 0;

  /** By receipt handle. */
  readonly #inHand = new Map<string, InHand>();

  /** Since when workers are free, messages wait, and nobody asks for them; `undefined`: it is not so. */
  #idleSinceMs: number | undefined;

  constructor(stage: Stage, hands: Hands, breaches: Breaches) {
    this.#stage = stage;
    this.#hands = hands;
    this.#breaches = breaches;
  }

  /** A receive is sent that asks for up to `most` messages. */
  begin(most: number): Poll {
    const sinceMs = this.#stage.nowMs;
    const unasked = Math.max(0, this.#hands.free - this.#askedFor);
    if (most > unasked) {
      this.#breaches.tell("asks", `A receive asks for ${most}, and ${workersAre(unasked)} free for what it brings.`);
    }
    const asking = this.#hands.ask(most);
    this.#underWay += 1;
    this.#askedFor += most;
    const end = (brought: number) => {
      this.#underWay -= 1;
      this.#askedFor -= most;
      for (const worker of asking.slice(brought)) this.#hands.stopAsking(worker);
    };
    return {
      brought: (deliveries) => {
        end(deliveries.length);
        const { nowMs } = this.#stage;
        for (const { handle, message } of deliveries) this.#inHand.set(handle, { body: message.body, sinceMs: nowMs });
        if (deliveries.length === 0 && nowMs - sinceMs < SHORT_MS) this.#countShort();
      },
      failed: () => {
        end(0);
        this.failures += 1;
        this.#failedAtMs = this.#stage.nowMs;
      },
    };
  }

  /** The handler of a delivery was called. */
  begun(handle: string): void {
    this.#inHand.delete(handle);
  }

  /** The process has died, and its requests with it. */
  forget(): void {
    this.#underWay = 0;
    this.#askedFor = 0;
    this.#inHand.clear();
    this.#idleSinceMs = undefined;
  }

  /** To be called whenever all has come to rest, with how many messages wait at SQS. */
  lookAround(waiting: number): void {
    const { nowMs } = this.#stage;
    const { free } = this.#hands;
    for (const { body, sinceMs } of this.#inHand.values()) {
      if (free === 0) {
        const text = `${body} was received, and no worker is free: it lies in memory, and its visibility timeout runs.`;
        this.#breaches.tell("in hand", text);
      } else if (nowMs - sinceMs > LONG_MS) {
        this.#breaches.tell(
          "in hand",
          `${body} was received, ${workersAre(free)} free, and its handler is not called.`,
        );
      }
    }
    const isPausing = nowMs - this.#failedAtMs <= LONGEST_PAUSE_MS;
    const isIdle = free > 0 && waiting > 0 && this.#underWay === 0 && !isPausing;
    this.#idleSinceMs = isIdle ? (this.#idleSinceMs ?? nowMs) : undefined;
    if (this.#idleSinceMs === undefined || nowMs - this.#idleSinceMs <= LONG_MS) return;
    const wait = waiting === 1 ? "1 message waits" : `${waiting} messages wait`;
    this.#breaches.tell("idle", `${wait}, ${workersAre(free)} free, and nobody asks for more.`);
  }

  #countShort(): void {
    this.#shortOnes += 1;
    if (this.#shortOnes < MANY_SHORT) return;
    const text = `${MANY_SHORT} receives have brought nothing, at once, and each is on the bill. A long poll waits at SQS.`;
    this.#breaches.tell("short polls", text);
  }
}

function workersAre(count: number): string {
  if (count === 0) return "no worker is";
  return count === 1 ? "1 worker is" : `${count} workers are`;
}
