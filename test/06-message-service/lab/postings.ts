// What becomes of each invoice at the door of lesson 06's lab: from the shop's request to the queue.

import type { Stage } from "../../../scripts/lab/stage.ts";
import type { Breaches } from "../../05-task-service/lab/breaches.ts";
import type { Answer } from "../../05-task-service/lab/door.ts";
import type { Invoice, Invoices } from "./invoices.ts";
import type { Stored } from "./queue.ts";

export class Postings {
  readonly #stage: Stage;
  readonly #invoices: Invoices;
  readonly #breaches: Breaches;

  /** What to call when the service has read a request, by the body of its message. */
  readonly #onRead = new Map<string, () => void>();

  /** What SQS has, by body. */
  readonly #sent = new Map<string, Stored>();

  constructor(stage: Stage, invoices: Invoices, breaches: Breaches) {
    this.#stage = stage;
    this.#invoices = invoices;
    this.#breaches = breaches;
  }

  /** A shop has sent its request. Resolves when the service has read it, and asks SQS. */
  offered({ item, label, by }: Invoice): Promise<void> {
    this.#stage.note({ kind: "made", item, label, by });
    this.#stage.note({ kind: "offered", item, by });
    return new Promise((resolve) => this.#onRead.set(label, resolve));
  }

  isRead(bodies: readonly string[]): void {
    for (const body of bodies) this.#onRead.get(body)?.();
  }

  /** SQS has it. */
  sent(message: Stored): void {
    const { body, attributes } = message;
    const invoice = this.#invoices.ofBody(body);
    if (!invoice) {
      this.#breaches.tell("sent unasked", `A message "${body.slice(0, 40)}" was sent, which no shop has posted.`);
      return;
    }
    const { item, label, by } = invoice;
    if (this.#sent.has(body)) {
      this.#breaches.tell("sent twice", `${label} was sent to SQS twice.`, item);
      return;
    }
    this.#sent.set(body, message);
    this.#stage.note({ kind: "queued", item });
    if (attributes.shop?.StringValue !== by) {
      this.#breaches.tell("attributes", `${label} was posted with an attribute, and sent without it.`, item);
    }
  }

  /** @param id What the answer says of the message's id; `undefined`: it was not read. */
  answered({ item, label }: Invoice, { status, inWords, response }: Answer, id: string | undefined): void {
    const message = this.#sent.get(label);
    const isAccepted = status >= 200 && status <= 299;
    if (!isAccepted && !message) {
      this.#stage.note({ kind: "refused", item, why: inWords });
      if (status === 503) return;
      const text = `${label} was answered ${inWords}. It is valid, so only SQS can fail, and 503 says: try again later.`;
      this.#breaches.tell("refused", text, item);
    } else if (!isAccepted) {
      this.#breaches.tell("refused and sent", `${label} was answered ${inWords}, and SQS has it all the same.`, item);
    } else if (!message) {
      this.#breaches.tell("too early", `${label} was answered ${inWords}, and SQS does not have it.`, item);
    } else if (response && status !== 202) {
      this.#breaches.tell("status", `POST /messages was answered ${inWords}. 202 says: accepted, not done.`, item);
    } else if (id !== undefined && id !== message.id) {
      this.#breaches.tell("id", `${label} was answered with the id ${id}. SQS has given it ${message.id}.`, item);
    }
  }
}
