// Who put and who got which order, in the lab of lesson 03: written down call by call. What does not fit
// the call before, it says at once; what has to be looked at with nothing under way is in `inspection.ts`.

import type { AsyncQueue } from "#lesson/03-queues-and-backpressure/async-queue.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";

/** An order. The queue holds its number, counted from 0 in the order of the puts: the first one is falsy. */
interface Order {
  readonly label: string;
  readonly by: string;
  at: "outside" | "in" | "taken" | "given up" | "lost";
  isPutOver: boolean;
  isBooked: boolean;
}

export class Ledger {
  readonly #stage: Stage;
  readonly #queue: AsyncQueue<number>;

  /** By number. */
  readonly orders: Order[] = [];

  /** Workers who wait in `get`, in the order in which they called. */
  readonly asking: string[] = [];

  /** What has happened since all last came to rest: the inspection reads it, and then begins anew. */
  since: { taken: { number: number; by: string; before: readonly string[] }[]; entered: number; left: number } = {
    taken: [],
    entered: 0,
    left: 0,
  };

  /** Orders that are in or taken, and not booked; and how often there were none left. */
  #unfinished = 0;
  #timesAllDone = 0;
  #isJoining = false;
  readonly #said = new Set<string>();

  constructor(stage: Stage, queue: AsyncQueue<number>) {
    this.#stage = stage;
    this.#queue = queue;
  }

  /** Whether `join` still waits, with nothing left to wait for. */
  get joinsForNothing(): boolean {
    return this.#isJoining && this.#unfinished === 0;
  }

  /** Makes the next order, which is put at once. */
  made(by: string): number {
    const number = this.orders.length;
    const label = `order ${number}`;
    this.orders.push({ label, by, at: "outside", isPutOver: false, isBooked: false });
    this.#stage.note({ kind: "made", item: number + 1, label, by });
    this.#stage.note({ kind: "offered", item: number + 1, by });
    return number;
  }

  /** Its put has resolved. */
  isIn(number: number): void {
    const order = this.orders[number];
    if (!order) return;
    order.isPutOver = true;
    if (order.at === "outside") this.#enters(order, number);
  }

  /** Its put was aborted. */
  gaveUp(number: number, error: unknown, signal: AbortSignal, patienceMs: number): void {
    const order = this.orders[number];
    if (!order) return;
    this.#compare(error, signal, "put");
    order.isPutOver = true;
    if (order.at !== "outside") {
      this.breaks("in and out", `The put of ${order.label} was aborted, and the order came out all the same.`, number);
      return;
    }
    order.at = "given up";
    this.#stage.note({ kind: "refused", item: number + 1, why: `given up after ${patienceMs} ms at the door` });
  }

  asks(by: string): void {
    this.asking.push(by);
    this.#stage.note({ kind: "asks", by });
  }

  /** A `get` has brought `item`. Its number, if it is an order; otherwise `null`. */
  taken(item: unknown, by: string): number | null {
    const order = typeof item === "number" ? this.orders[item] : undefined;
    const before = this.asking.slice(0, this.#stopsAsking(by));
    if (!order || typeof item !== "number") {
      this.breaks("unknown", `${by} got ${String(item)}, which nobody has put.`);
      this.#stage.note({ kind: "nothing", by });
      return null;
    }
    if (order.at === "given up") {
      this.breaks("given up", `The put of ${order.label} was aborted, and ${by} got it all the same.`, item);
    }
    if (order.at === "outside" || order.at === "given up") this.#enters(order, item);
    order.at = "taken";
    this.since.taken.push({ number: item, by, before });
    this.#stage.note({ kind: "taken", item: item + 1, by });
    return item;
  }

  /** A `get` was aborted. */
  leaves(by: string, error: unknown, signal: AbortSignal): void {
    this.#stopsAsking(by);
    this.since.left += 1;
    this.#compare(error, signal, "get");
    this.#stage.note({ kind: "nothing", by });
  }

  /** The work on it is over. Whether it was the first time: an order that was handed out twice is one task. */
  isFirstBooking(number: number, by: string): boolean {
    const order = this.orders[number];
    this.#stage.note({ kind: "finished", item: number + 1, by });
    if (!order || order.isBooked) return false;
    order.isBooked = true;
    this.#unfinished -= 1;
    if (this.#unfinished === 0) this.#timesAllDone += 1;
    return true;
  }

  #enters(order: Order, number: number): void {
    order.at = "in";
    this.since.entered += 1;
    this.#stage.note({ kind: "queued", item: number + 1 });
    this.#unfinished += 1;
    if (!this.#isJoining) void this.#join();
  }

  /** Somebody always waits for the end of all work that is there. */
  async #join(): Promise<void> {
    this.#isJoining = true;
    const before = this.#timesAllDone;
    await this.#stage.calls("join()", () => this.#queue.join());
    this.#isJoining = false;
    if (this.#timesAllDone > before) return;
    const open = this.orders.findIndex((order) => (order.at === "in" || order.at === "taken") && !order.isBooked);
    this.breaks("join", `join() has resolved, and ${this.orders[open]?.label} is not booked yet.`, open);
  }

  #stopsAsking(by: string): number {
    const index = this.asking.indexOf(by);
    if (index >= 0) this.asking.splice(index, 1);
    return index;
  }

  #compare(error: unknown, signal: AbortSignal, call: string): void {
    if (error === signal.reason) return;
    this.breaks("reason", `An aborted ${call} rejects with signal.reason. This one rejected with ${String(error)}.`);
  }

  /** Notes a promise that was broken, once for each `what`. */
  breaks(what: string, text: string, number?: number): void {
    if (this.#said.has(what)) return;
    this.#said.add(what);
    const sentence = text.replace(/^order/, "Order");
    this.#stage.note({ kind: "broken", text: sentence, ...(number === undefined ? {} : { item: number + 1 }) });
  }
}
