// Looks at the queue of lesson 03's lab whenever all has come to rest: what holds then holds until time
// passes, so whoever waits must have a reason to.

import type { AsyncQueue } from "#lesson/03-queues-and-backpressure/async-queue.ts";
import type { Ledger } from "./ledger.ts";

export class Inspection {
  readonly #queue: AsyncQueue<number>;
  readonly #capacity: number;
  readonly #ledger: Ledger;

  /** Orders that may have come back into a queue that was full meanwhile: see `#countRaces`. */
  #mayBeBack = 0;

  constructor(queue: AsyncQueue<number>, capacity: number, ledger: Ledger) {
    this.#queue = queue;
    this.#capacity = capacity;
    this.#ledger = ledger;
  }

  /** Returns what the queue says of its size. */
  look(): number {
    const { size } = this.#queue;
    const { asking, joinsForNothing } = this.#ledger;
    const hasRaced = this.#countRaces(size);
    this.#lookAtSize(size);
    if (!hasRaced) this.#lookAtTurns();
    this.#ledger.since = { taken: [], entered: 0, left: 0 };
    if (asking[0] && size > 0)
      this.#ledger.breaks("asks", `${asking[0]} waits in get(), and the queue counts ${size}.`);
    if (joinsForNothing) {
      this.#ledger.breaks("no join", "Every order that went in is booked, and join() still waits.");
    }
    return size;
  }

  /**
   * The close race of 03.4: an order is handed over, and that `get` is aborted in the same turn. The order
   * may go back, out of turn and over the limit.
   */
  #countRaces(size: number): boolean {
    const { entered, left } = this.#ledger.since;
    const races = Math.min(entered, left);
    this.#mayBeBack = size > this.#capacity ? this.#mayBeBack + races : 0;
    return races > 0;
  }

  #lookAtSize(size: number): void {
    const ledger = this.#ledger;
    const capacity = this.#capacity;
    if (size > capacity + this.#mayBeBack) {
      ledger.breaks("size", `The queue holds ${size} orders, and its maxSize is ${capacity}.`);
    }
    const outside = ledger.orders.findIndex(({ at }) => at === "outside");
    const first = ledger.orders[outside];
    if (first && size < capacity) {
      const text = `${first.by} waits outside with ${first.label}, and only ${size} of ${capacity} slots are taken.`;
      ledger.breaks("outside", text, outside);
    }
    for (const [number, order] of ledger.orders.entries()) {
      if (order.at === "taken" && !order.isPutOver) {
        ledger.breaks("put waits", `${order.label} was taken, and its put still waits.`, number);
      }
      if (order.at === "in" && size === 0) {
        order.at = "lost";
        const text = `The put of ${order.label} has resolved, and it is neither in the queue nor with a worker.`;
        ledger.breaks(`lost ${number}`, text, number);
      }
    }
  }

  /** First come, first served: the orders, the puts and the workers. */
  #lookAtTurns(): void {
    const ledger = this.#ledger;
    for (const { number, by, before } of ledger.since.taken) {
      const older = ledger.orders.findIndex(({ at }) => at === "in");
      if (older >= 0 && older < number) {
        ledger.breaks("order", `${by} got order ${number}, and order ${older} was put before it.`, number);
      }
      const first = before.find((name) => ledger.asking.includes(name));
      if (first) ledger.breaks("turn", `${by} got order ${number}, and ${first} had asked before.`, number);
    }
    const newest = ledger.orders.findLastIndex(({ at }) => at === "in");
    const outside = ledger.orders.findIndex(({ at }) => at === "outside");
    if (outside >= 0 && outside < newest) {
      ledger.breaks("overtaken", `order ${newest} is in, and order ${outside}, put before it, waits outside.`, newest);
    }
  }
}
