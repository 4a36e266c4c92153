// What becomes of the messages that the learner's processor handles, in lesson 06's lab: who works on
// which, how it ends, and which promise of the lesson is broken on the way.

import type { Message } from "@aws-sdk/client-sqs";
import type { Stage } from "../../../scripts/lab/stage.ts";
import type { Breaches } from "../../05-task-service/lab/breaches.ts";
import type { Hands, Worker } from "./hands.ts";
import type { Invoice, Invoices } from "./invoices.ts";
import type { Polls } from "./polls.ts";
import type { Delivery, MessageQueue } from "./queue.ts";

/** One call of the handler. */
interface Handling {
  readonly invoice: Invoice;
  readonly worker: Worker;
  /** Its end: "done" has succeeded and its delete is not confirmed, "over" has failed, or is deleted, or given up. */
  state: "runs" | "done" | "over";
  endedAtMs: number;
  /** The picture shows it. One that began after its delivery had expired is not there: the message is elsewhere. */
  readonly isShown: boolean;
}

/** What is done at once may take so long on the way, in milliseconds of the lab. */
const PROMPTLY_MS = 1_000;

export class Workers {
  readonly #stage: Stage;
  readonly #invoices: Invoices;
  readonly #hands: Hands;
  readonly #polls: Polls;
  readonly #breaches: Breaches;

  /** By receipt handle. */
  readonly #handlings = new Map<string, Handling>();

  constructor(stage: Stage, invoices: Invoices, hands: Hands, polls: Polls, breaches: Breaches) {
    this.#stage = stage;
    this.#invoices = invoices;
    this.#hands = hands;
    this.#polls = polls;
    this.#breaches = breaches;
  }

  /** The handler that the learner's code calls. Its work is time that passes. */
  handlerOn(queue: MessageQueue): (message: Message) => Promise<void> {
    return async (message) => {
      const delivery = queue.deliveryOf(message?.ReceiptHandle);
      const invoice = this.#invoices.ofBody(delivery?.message.body);
      if (!delivery || !invoice) {
        this.#breaches.tell("unknown", "The handler was called with a message that was not received.");
        return;
      }
      const handling = this.#begin(delivery, invoice);
      await this.#stage.wait(invoice.takesMs);
      // The process has died meanwhile: nobody is there to be told.
      if (handling.state === "over") await new Promise(() => {});
      this.#end(delivery, handling);
    };
  }

  /** The delete of a message was confirmed. */
  deleted({ handle, message: { body } }: Delivery): void {
    const handling = this.#handlings.get(handle);
    if (handling?.state === "done") {
      this.#judgeDelete(handling, "and deleted only at");
      this.#finish(handling);
    } else if (handling?.state === "over") {
      this.#breaches.tell("deletes failed", `${body} has failed, and is deleted all the same: nobody does it again.`);
    } else {
      const text = `${body} is deleted before its handler has succeeded. If that fails, the message is lost.`;
      this.#breaches.tell("deletes early", text);
    }
  }

  /** A delete came with an old receipt handle. SQS says 200, and deletes nothing. */
  deletedTooLate({ handle }: Delivery): void {
    const handling = this.#handlings.get(handle);
    if (handling?.state !== "done") return;
    this.#fail(handling, "done, but its receipt is old: SQS says 200, and deletes nothing");
  }

  extended({ handle, untilMs }: Delivery): void {
    const handling = this.#handlings.get(handle);
    if (!handling?.isShown) return;
    const { item, label } = handling.invoice;
    this.#stage.note({ kind: "extended", item, by: handling.worker.name, untilMs });
    if (handling.state !== "over" || this.#stage.nowMs - handling.endedAtMs < PROMPTLY_MS) return;
    const text = `A heartbeat came for ${label}, whose handler has failed: so it stays hidden, and nobody works on it.`;
    this.#breaches.tell("beats on", text, item);
  }

  /** A visibility timeout is over, and no delete has come. */
  expired({ handle, message, count }: Delivery, isDead: boolean): void {
    const invoice = this.#invoices.ofBody(message.body);
    if (!invoice) return;
    const { item, label } = invoice;
    const handling = this.#handlings.get(handle);
    if (handling?.state === "runs" && !isDead) {
      this.#says(`${label} is visible again, and ${handling.worker.name} still works on it.`);
    }
    if (handling?.state === "done") {
      this.#judgeDelete(handling, "and not deleted until it came back at");
      this.#fail(handling, "done, and not deleted in time");
    }
    if (isDead) {
      this.#stage.note({ kind: "dead", item });
      this.#says(`${label} was received ${count === 1 ? "once" : `${count} times`}: it is with the dead letters.`);
    } else if (handling?.isShown) {
      // What no handler has seen still stands in the picture's queue.
      this.#stage.note({ kind: "back", item });
    }
  }

  /** The process dies, with all that it had. */
  die(): void {
    const running = [...this.#handlings.values()].filter(({ state }) => state === "runs");
    const labels = running.map(({ invoice }) => invoice.label).join(", ");
    for (const handling of this.#handlings.values()) handling.state = "over";
    this.#hands.crash();
    this.#polls.forget();
    this.#says(`The worker process dies with ${labels === "" ? "nothing" : labels} in its hands.`);
  }

  #begin(delivery: Delivery, invoice: Invoice): Handling {
    const { handle, count, untilMs, end } = delivery;
    const { item, label, isSlow, takesMs } = invoice;
    this.#polls.begun(handle);
    const worker = this.#hands.begin();
    const handling: Handling = { invoice, worker, state: "runs", endedAtMs: Number.NaN, isShown: end !== "expired" };
    this.#handlings.set(handle, handling);
    const { running, size } = this.#hands;
    if (running > size) this.#breaches.tell("too many", `${running} handlers run, and maxWorkers is ${size}.`, item);
    if (!handling.isShown) {
      const text = `${label} is begun after its visibility timeout: somebody else may have it.`;
      this.#breaches.tell("begins late", text, item);
      return handling;
    }
    this.#stage.note({ kind: "taken", item, by: worker.name, ...(end ? {} : { delivery: { count, untilMs } }) });
    if (isSlow && count === 1) {
      this.#says(`${label} has 400 pages: ${worker.name} needs ${(takesMs / 1000).toFixed(1)} s for it.`);
    }
    return handling;
  }

  /** Throws where the handler fails. */
  #end({ end }: Delivery, handling: Handling): void {
    const { isPoison, label } = handling.invoice;
    const { failurePercent = 0 } = this.#stage.knobs;
    handling.endedAtMs = this.#stage.nowMs;
    handling.worker.busy -= 1;
    if (isPoison || this.#stage.random(`failures of ${label}`) * 100 < failurePercent) {
      this.#fail(handling, isPoison ? "it cannot be printed, now or ever" : "the printer is out of paper");
      throw new Error("The printer has failed");
    }
    handling.state = "done";
    if (end === "deleted") this.#finish(handling);
  }

  #finish(handling: Handling): void {
    handling.state = "over";
    if (!handling.isShown) return;
    this.#stage.note({ kind: "finished", item: handling.invoice.item, by: handling.worker.name });
  }

  #fail(handling: Handling, why: string): void {
    handling.state = "over";
    if (!handling.isShown) return;
    this.#stage.note({ kind: "failed", item: handling.invoice.item, by: handling.worker.name, why });
  }

  /** A delete waits for nothing but SQS. */
  #judgeDelete({ invoice, endedAtMs }: Handling, andThen: string): void {
    const { nowMs, knobs } = this.#stage;
    if (nowMs - endedAtMs < PROMPTLY_MS || (knobs.outageS ?? 0) > 0) return;
    const [done, late] = [endedAtMs, nowMs].map((ms) => `${(ms / 1000).toFixed(1)} s`);
    const text = `${invoice.label} was done at ${done}, ${andThen} ${late}. A delete waits for nothing.`;
    this.#breaches.tell("deletes late", text, invoice.item);
  }

  #says(text: string): void {
    this.#stage.note({ kind: "says", text });
  }
}
