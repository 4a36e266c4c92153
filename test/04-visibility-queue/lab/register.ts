// What can be known of a VisibilityQueue from outside: which orders should wait, in which order, and which
// delivery is whose. The lab of lesson 04 keeps it beside the queue, and says where the two part.

import type { Stage } from "../../../scripts/lab/stage.ts";

/** One delivery of an order, as its printer knows it. */
export interface Delivery {
  readonly order: number;
  readonly by: string;
  readonly count: number;
  readonly untilMs: number;
}

export class Register {
  readonly #stage: Stage;
  /** Deliveries after which an order is dead; `null`: no limit. */
  readonly #most: number | null;
  /** Orders that should wait, the next one first. */
  readonly #line: number[] = [];
  /** The delivery that counts, of each order that should be in flight, oldest first. */
  readonly #inFlight = new Map<number, Delivery>();
  readonly #deliveries = new Map<number, number>();
  /** Which promises were said to be broken already, and for which order. */
  readonly #said = new Set<string>();

  constructor(stage: Stage, most: number | null) {
    this.#stage = stage;
    this.#most = most;
  }

  published(order: number): void {
    // It may be in somebody's hands already: who was handed it is told before who has published it.
    if (!this.#deliveries.has(order)) this.#line.push(order);
    this.#stage.note({ kind: "queued", item: order });
  }

  taken(delivery: Delivery): void {
    const { order, by, count, untilMs } = delivery;
    const before = this.#inFlight.get(order);
    if (before && before.untilMs <= this.#stage.nowMs) {
      this.#broken("nobody asked", order, `Order ${order} came back, and nobody had called requeueExpired.`);
    }
    this.#inFlight.delete(order);
    this.#inFlight.set(order, delivery);
    this.#deliveries.set(order, count);
    this.#leaveTheLine(delivery);
    this.#stage.note({ kind: "taken", item: order, by, delivery: { count, untilMs } });
    if (count > 1) this.#stage.note({ kind: "says", text: `${by} gets order ${order}: delivery ${count}.` });
  }

  /** Whose the order is by now, where it is not this delivery's any more; `null`: it is. */
  whoseInsteadOf(delivery: Delivery): string | null {
    const holder = this.#inFlight.get(delivery.order);
    if (holder === delivery) return null;
    return holder ? `it is ${holder.by}'s by now` : "it was taken back";
  }

  acked(delivery: Delivery): void {
    const { order, by } = delivery;
    const whose = this.whoseInsteadOf(delivery);
    if (whose === null) this.#inFlight.delete(order);
    this.#stage.note({ kind: "finished", item: order, by });
    if (whose !== null)
      this.#broken("late ack", order, `${by}'s late ack of order ${order} was accepted, though ${whose}.`);
  }

  refused(delivery: Delivery): void {
    const { order, by } = delivery;
    const whose = this.whoseInsteadOf(delivery);
    this.#stage.note({ kind: "failed", item: order, by, why: whose === null ? "ack refused" : "ack too late" });
    if (whose === null)
      this.#broken("ack", order, `${by}'s ack of order ${order} was refused, though the delivery is ${by}'s.`);
    else this.#stage.note({ kind: "says", text: `${by} has printed order ${order}, too late: ${whose}.` });
  }

  /**
   * Which orders went back, requeueExpired does not say: it follows from whose time is over.
   *
   * @param returned What requeueExpired said.
   * @param gone By how much fewer the queue counts since.
   */
  tookBack(returned: number, gone: number): void {
    const { nowMs } = this.#stage;
    const expired = [...this.#inFlight.values()].filter(({ untilMs }) => untilMs <= nowMs);
    const isDead = ({ count }: Delivery) => gone > 0 && this.#most !== null && count >= this.#most;
    const alive = expired.filter((delivery) => !isDead(delivery));
    // Whether the dead count in what requeueExpired returns is up to the queue.
    const back = returned === expired.length ? alive : alive.slice(0, returned);
    for (const { order } of [...expired.filter(isDead), ...back]) this.#inFlight.delete(order);
    this.#line.unshift(...back.map(({ order }) => order));
    for (const { order } of back) this.#stage.note({ kind: "back", item: order });
    if (returned === alive.length || returned === expired.length) return;
    const were = expired.length === 1 ? "1 delivery had" : `${expired.length} deliveries had`;
    this.#broken("returned", undefined, `${were} expired, and requeueExpired said ${returned}.`);
  }

  isDead(order: number): void {
    this.#inFlight.delete(order);
    this.#stage.note({ kind: "dead", item: order });
    this.#stage.note({ kind: "says", text: `Order ${order} is dead: it is with the dead letters.` });
    const had = this.#deliveries.get(order) ?? 0;
    if (had === this.#most) return;
    this.#broken("dead", order, `Order ${order} is dead after ${had} deliveries, and ${this.#most} are allowed.`);
  }

  /** Those that stood in front have to be gone as well when all has come to rest. */
  #leaveTheLine({ order, by }: Delivery): void {
    const place = this.#line.indexOf(order);
    if (place < 0) return;
    const ahead = this.#line.slice(0, place);
    this.#line.splice(place, 1);
    if (ahead.length === 0) return;
    void this.#stage.wait(1).then(() => {
      const passed = ahead.find((other) => this.#line.includes(other));
      if (passed !== undefined)
        this.#broken("order", order, `${by} got order ${order}, and order ${passed} stood in front of it.`);
    });
  }

  /** Says it once for each order: a queue that is wrong is wrong all the time. */
  #broken(promise: string, item: number | undefined, text: string): void {
    const what = `${promise} ${item}`;
    if (this.#said.has(what)) return;
    this.#said.add(what);
    this.#stage.note({ kind: "broken", text, ...(item === undefined ? {} : { item }) });
  }
}
