// The scene of lesson 04's lab: two shops publish orders, printers receive, print and ack them, some crash,
// and a monitor takes back what nobody has acked in time.

import type { Message, VisibilityQueue } from "#lesson/04-visibility-queue/visibility-queue.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";
import { type Delivery, Register } from "./register.ts";

type Given = typeof import("#lesson/04-visibility-queue/visibility-queue.ts");

const SHOPS = ["Shop", "Web shop"];
const PRINTERS = ["Ada", "Bob", "Cleo", "Dan", "Eve", "Finn"];

/** From the order's coming into being to its publish. */
const WRITING_MS = 250;
/** How long a printer waits for an order before it asks anew. */
const WAITS_MS = 2_000;
const ASKS_AGAIN_AFTER_MS = 250;
const RESTARTS_AFTER_MS = 4_000;
/** How often the monitor looks. */
const LOOKS_EVERY_MS = 1_000;

/** One order in so many is poison, as long as there are any; it crashes its printer after that time. */
const POISON_EVERY = 6;
const POISON_WORKS_AFTER_MS = 400;

export class PrintShop {
  readonly #given: Given;
  readonly #stage: Stage;
  readonly #queue: VisibilityQueue;
  readonly #deadLetters: VisibilityQueue | undefined;
  readonly #register: Register;
  readonly #timeoutMs: number;
  #orders = 0;

  constructor(given: Given, stage: Stage) {
    this.#given = given;
    this.#stage = stage;
    const { timeoutMs = 0, deliveries = 0, printers } = stage.knobs;
    stage.cast({ producers: SHOPS, consumers: PRINTERS.slice(0, printers), capacity: null });
    this.#register = new Register(stage, deliveries > 0 ? deliveries : null);
    // Half a millisecond more, so that no delivery is exactly as old as its timeout when the monitor looks.
    this.#timeoutMs = timeoutMs + 0.5;
    this.#deadLetters = deliveries > 0 ? new given.VisibilityQueue() : undefined;
    this.#queue = new given.VisibilityQueue({
      visibilityTimeoutMs: this.#timeoutMs,
      ...(this.#deadLetters ? { maxReceives: deliveries, deadLetters: this.#deadLetters } : {}),
    });
    stage.counts(() => ({ waiting: this.#queue.waiting, inFlight: this.#queue.inFlight }));
  }

  async open(): Promise<void> {
    await Promise.all([
      ...SHOPS.map((shop) => this.#publishOrders(shop)),
      ...PRINTERS.slice(0, this.#stage.knobs.printers).map((printer) => this.#print(printer)),
      this.#takeBack(),
      this.#readDeadLetters(),
    ]);
  }

  async #publishOrders(shop: string): Promise<void> {
    const meanMs = (SHOPS.length * 1000) / (this.#stage.knobs.arrivals ?? 1);
    await this.#stage.wait(meanMs * this.#stage.random(shop));
    for (;;) {
      this.#orders += 1;
      const order = this.#orders;
      this.#stage.note({ kind: "made", item: order, label: `order ${order}`, by: shop });
      await this.#stage.wait(WRITING_MS);
      this.#stage.note({ kind: "offered", item: order, by: shop });
      this.#stage.calls(`${shop}: publish("order ${order}")`, () => this.#queue.publish(`order ${order}`));
      this.#register.published(order);
      await this.#stage.wait(meanMs * (0.5 + this.#stage.random(shop)) - WRITING_MS);
    }
  }

  async #print(printer: string): Promise<void> {
    for (;;) {
      this.#stage.note({ kind: "asks", by: printer });
      const receive = () => this.#queue.receive({ timeoutMs: WAITS_MS });
      const message = await this.#stage.calls(`${printer}: receive()`, receive);
      if (message) {
        await this.#work(printer, message);
      } else {
        this.#stage.note({ kind: "nothing", by: printer });
        await this.#stage.wait(ASKS_AGAIN_AFTER_MS);
      }
    }
  }

  async #work(printer: string, { body, receipt, receiveCount }: Message): Promise<void> {
    const order = orderIn(body);
    const untilMs = this.#stage.nowMs + this.#timeoutMs;
    const delivery = { order, by: printer, count: receiveCount, untilMs };
    this.#register.taken(delivery);

    const { serviceMs = 0, crash = 0 } = this.#stage.knobs;
    const printingMs = serviceMs * (0.75 + this.#stage.random(`${printer} prints`) / 2);
    if (this.#stage.random(`${printer} crashes`) * 100 < crash) {
      await this.#stage.wait(printingMs / 2);
      await this.#crash(printer, order);
    } else if (this.#isPoison(order)) {
      await this.#stage.wait(POISON_WORKS_AFTER_MS);
      await this.#crash(printer, order);
    } else {
      await this.#stage.wait(printingMs);
      this.#ack(delivery, receipt);
    }
  }

  async #crash(printer: string, order: number): Promise<void> {
    this.#stage.note({ kind: "crashed", by: printer });
    this.#stage.note({ kind: "says", text: `${printer} crashes with order ${order} in hand.` });
    await this.#stage.wait(RESTARTS_AFTER_MS);
    this.#stage.note({ kind: "restarted", by: printer });
  }

  #ack(delivery: Delivery, receipt: string): void {
    try {
      this.#stage.calls(`${delivery.by}: ack("${receipt}")`, () => this.#queue.ack(receipt));
    } catch (error) {
      if (!(error instanceof this.#given.UnknownReceiptError)) throw error;
      this.#register.refused(delivery);
      return;
    }
    this.#register.acked(delivery);
  }

  /** The monitor: somebody has to look, the queue takes nothing back by itself. */
  async #takeBack(): Promise<void> {
    for (;;) {
      await this.#stage.wait(LOOKS_EVERY_MS);
      const countedBefore = this.#queue.waiting + this.#queue.inFlight;
      try {
        const returned = this.#stage.calls("monitor: requeueExpired()", () => this.#queue.requeueExpired());
        this.#register.tookBack(returned, countedBefore - this.#queue.waiting - this.#queue.inFlight);
      } catch (error) {
        // Without it the shop goes on, and what it is for can be seen.
        if (!String(error).includes("Not written yet")) throw error;
        const text = "`requeueExpired` is not written yet: what a dead printer has in hand stays in flight.";
        this.#stage.note({ kind: "says", text });
        return;
      }
    }
  }

  async #readDeadLetters(): Promise<void> {
    const queue = this.#deadLetters;
    while (queue) {
      const letter = await queue.receive({ timeoutMs: this.#stage.knobs.timeoutMs ?? 0 });
      if (letter) {
        queue.ack(letter.receipt);
        this.#register.isDead(orderIn(letter.body));
      } else {
        await this.#stage.wait(1);
      }
    }
  }

  #isPoison(order: number): boolean {
    const { poison = 0 } = this.#stage.knobs;
    return order % POISON_EVERY === 0 && order <= poison * POISON_EVERY;
  }
}

/** "order 7"; a body that nobody has published is of order 0. */
function orderIn(body: string): number {
  return Number(/^order (\d+)$/.exec(body)?.[1] ?? 0);
}
