// What the shops of lesson 06's lab send: invoices, a slow one among twelve.

import type { Stage } from "../../../scripts/lab/stage.ts";

/** In the order in which they stand in the picture. */
export const SHOPS: readonly string[] = ["Lisbon", "Oslo", "Quito"];

/** Invoice 3, 15, 27 and so on has 400 pages. */
const SLOW_EVERY = 12;
const FIRST_SLOW = 3;
const SLOWER = 10;

/** Of each ten, those with these numbers are the first to be poison. Even, so none of them is slow. */
const POISON_ORDER: readonly number[] = [4, 8, 2, 6, 0];

export interface Invoice {
  readonly item: number;
  /** "invoice 3 (slow)": the body of its message, too. */
  readonly label: string;
  readonly by: string;
  readonly takesMs: number;
  readonly isSlow: boolean;
  /** Its handler fails each time. */
  readonly isPoison: boolean;
}

export class Invoices {
  readonly #stage: Stage;
  readonly #byBody = new Map<string, Invoice>();

  constructor(stage: Stage) {
    this.#stage = stage;
  }

  next(): Invoice {
    const { serviceMs = 0, poison = 0 } = this.#stage.knobs;
    const item = this.#byBody.size + 1;
    const isSlow = item % SLOW_EVERY === FIRST_SLOW;
    const isPoison = POISON_ORDER.slice(0, poison).includes(item % 10);
    const takesMs = serviceMs * (isSlow ? SLOWER : 0.75 + this.#stage.random("work") / 2);
    const label = `invoice ${item}${isSlow ? " (slow)" : ""}${isPoison ? " (poison)" : ""}`;
    const by = SHOPS[(item - 1) % SHOPS.length] ?? "";
    const invoice = { item, label, by, takesMs: Math.round(takesMs), isSlow, isPoison };
    this.#byBody.set(label, invoice);
    return invoice;
  }

  /** `undefined`: a message that no shop has sent. */
  ofBody(body: string | undefined): Invoice | undefined {
    return this.#byBody.get(body ?? "");
  }
}
