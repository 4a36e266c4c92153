// What has become of each order, in the lab of lesson 05. It gives the running tasks their slots in the
// picture, and says so where the queue breaks a promise.

import type { Stage } from "../../../scripts/lab/stage.ts";
import { Breaches } from "./breaches.ts";
import type { Order } from "./orders.ts";

interface Entry {
  readonly order: Order;
  queuedAtMs?: number;
  beganAtMs?: number;
}

/** A slot that is empty for longer than this, while tasks wait, is an empty slot. */
const SETTLED_MS = 5;

export class Register {
  readonly #stage: Stage;
  readonly #entries = new Map<number, Entry>();

  /** Who runs in which slot. More than one in a slot: there are more than there are slots. */
  readonly #slots = new Map<string, Set<number>>();

  readonly #breaches: Breaches;

  /** Since when a slot has been empty while tasks waited; `undefined`: it is not so. */
  #idleSinceMs: number | undefined;

  #waiting = 0;
  #running = 0;

  /** @param slots Their names. */
  constructor(stage: Stage, slots: readonly string[]) {
    this.#stage = stage;
    this.#breaches = new Breaches(stage);
    for (const slot of slots) this.#slots.set(slot, new Set());
  }

  /** Tasks that are in the queue and have not begun. */
  get waiting(): number {
    return this.#waiting;
  }

  /** Tasks that wait or run. */
  get unfinished(): number {
    return this.#waiting + this.#running;
  }

  /** A client has thought of it, and has sent its request. */
  offered(order: Order): void {
    const { item, label, by } = order;
    this.#entries.set(item, { order });
    this.#stage.note({ kind: "made", item, label, by });
    this.#stage.note({ kind: "offered", item, by });
  }

  isQueued(item: number): boolean {
    return this.#entries.get(item)?.queuedAtMs !== undefined;
  }

  /** The queue has it. Saying so twice changes nothing. */
  queued(item: number): void {
    const entry = this.#entries.get(item);
    if (!entry || entry.queuedAtMs !== undefined) return;
    entry.queuedAtMs = this.#stage.nowMs;
    this.#waiting += 1;
    this.#stage.note({ kind: "queued", item, rank: entry.order.submission.priority });
  }

  /** Its client was told no. */
  refused({ item, label }: Order, why: string): void {
    if (this.isQueued(item)) {
      this.#breaches.tell(
        "refused and queued",
        `${label} was answered ${why}, and the queue has it all the same.`,
        item,
      );
    } else {
      this.#stage.note({ kind: "refused", item, why });
    }
  }

  /** Its client was told yes, with a status of 2xx. */
  accepted({ item, label }: Order, status: number): void {
    if (status !== 202)
      this.#breaches.tell("status", `POST /tasks was answered ${status}. 202 says: accepted, not done.`);
    if (this.isQueued(item)) return;
    this.#breaches.tell("accepted", `${label} was answered ${status}, and the queue does not have it.`, item);
  }

  /** A processor was called for it. Returns the order, and the slot that it runs in. */
  begins(item: number): { order: Order; slot: string } | undefined {
    const entry = this.#entries.get(item);
    if (!entry) {
      this.#breaches.tell("unknown task", "A processor was called with a task whose payload no client has sent.");
      return undefined;
    }
    // A queue may call the processor within `submit`, before anybody could say that it is queued.
    this.queued(item);
    // That one is begun twice, the engine of the lab sees by itself.
    if (entry.beganAtMs === undefined) {
      this.#judgeTurn(entry);
      this.#waiting -= 1;
      entry.beganAtMs = this.#stage.nowMs;
    }
    const slot = this.#emptiest();
    this.#slots.get(slot)?.add(item);
    this.#running += 1;
    if (this.#running > this.#slots.size) {
      this.#breaches.tell("too many", `${this.#running} tasks run, and there are ${this.#slots.size} slots.`, item);
    }
    this.#stage.note({ kind: "taken", item, by: slot });
    return { order: entry.order, slot };
  }

  /** Its work is over. */
  ends({ item, failsWith }: Order, slot: string): void {
    this.#slots.get(slot)?.delete(item);
    this.#running -= 1;
    if (failsWith === undefined) {
      this.#stage.note({ kind: "finished", item, by: slot });
      return;
    }
    this.#stage.note({ kind: "failed", item, by: slot, why: failsWith });
  }

  /** To be called whenever all has come to rest: then no slot is empty while a task waits. */
  looksAtSlots(): void {
    if (this.#waiting === 0 || this.#running >= this.#slots.size) {
      this.#idleSinceMs = undefined;
      return;
    }
    const nowMs = this.#stage.nowMs;
    this.#idleSinceMs ??= nowMs;
    if (nowMs - this.#idleSinceMs <= SETTLED_MS) return;
    const [waiting, empty] = [this.#waiting, this.#slots.size - this.#running];
    this.#breaches.tell(
      "idle",
      `${countOf(waiting, "task waits", "tasks wait")}, and ${countOf(empty, "slot is", "slots are")} empty.`,
    );
  }

  /** The most urgent is next, and among equals the oldest. What came at this very moment may be too late. */
  #judgeTurn({ order, queuedAtMs = 0 }: Entry): void {
    const { item, label } = order;
    for (const other of this.#entries.values()) {
      if (other.queuedAtMs === undefined || other.beganAtMs !== undefined) continue;
      if (other.queuedAtMs >= this.#stage.nowMs || other.order === order) continue;
      const isMoreUrgent = other.order.submission.priority < order.submission.priority;
      const isOlder = other.order.submission.priority === order.submission.priority && other.queuedAtMs < queuedAtMs;
      if (!isMoreUrgent && !isOlder) continue;
      const since = `${(other.queuedAtMs / 1000).toFixed(1)} s`;
      this.#breaches.tell(
        "order",
        `${label} begins before ${other.order.label}, which has waited since ${since}.`,
        item,
      );
      return;
    }
  }

  #emptiest(): string {
    const [first] = [...this.#slots].sort(([, a], [, b]) => a.size - b.size);
    return first?.[0] ?? "";
  }
}

function countOf(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}
