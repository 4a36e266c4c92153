// How schedules call the learner's visibility queue.

import { ABORTED, changedMyMind, type Subject, type Trial } from "../support/schedules/specification.ts";
import { show } from "../support/words.ts";
import { bodyOf, deliveryInWords, RECEIVE_TIMEOUT_MS, UNKNOWN_RECEIPT } from "./visibility-specification.ts";

export interface Message {
  readonly id: string;
  readonly body: string;
  readonly receipt: string;
  readonly receiveCount: number;
}

export interface Queue {
  readonly waiting: number;
  readonly inFlight: number;
  publish(body: string): string;
  receive(options?: { timeoutMs?: number; signal?: AbortSignal }): Promise<Message | null>;
  ack(receipt: string): void;
  requeueExpired(): number;
  release(receipt: string): void;
  extend(receipt: string, visibilityTimeoutMs: number): void;
}

/** A queue, where its dead messages go, and what was done with it so far. */
export class Counted {
  published = 0;
  acked = 0;

  constructor(
    readonly queue: Queue,
    readonly deadLetters?: Queue,
  ) {}

  publish(body: string): string {
    this.published += 1;
    return this.queue.publish(body);
  }

  ack(receipt: string): void {
    const inFlight = this.queue.inFlight;
    this.queue.ack(receipt);
    // Whether it should have deleted anything is for the specification to say.
    if (this.queue.inFlight < inFlight) this.acked += 1;
  }
}

/** What a receive resolved to, for the timeline: ids and receipts are nobody's business there. */
export const messageInWords = (message: Message | null): string =>
  message === null || typeof message !== "object" ? show(message) : deliveryInWords(message.body, message.receiveCount);

export function visibilitySubject(
  make: () => Counted,
  unknownReceiptError: () => new (...args: never[]) => Error,
): Subject<Counted> {
  return {
    make,
    perform(counted, { call, n = 0, of = 0 }, at, trial) {
      const { queue } = counted;
      switch (call) {
        case "publish":
          return counted.publish(bodyOf(n));
        case "receive": {
          const signal = trial.signalFor(at);
          const timeoutMs = RECEIVE_TIMEOUT_MS;
          return queue.receive(signal ? { timeoutMs, signal } : { timeoutMs });
        }
        case "receiveNow":
          return queue.receive({ timeoutMs: 0 });
        case "ack":
          return counted.ack(receiptOf(trial, of));
        case "release":
          return queue.release(receiptOf(trial, of));
        case "extend":
          return queue.extend(receiptOf(trial, of), n);
        case "requeueExpired":
          return queue.requeueExpired();
        default:
          return trial.abort(of);
      }
    },
    outcome({ call }, ended) {
      if ("reason" in ended) {
        const { reason } = ended;
        if (reason === changedMyMind) return ABORTED;
        if (reason instanceof Error && reason instanceof unknownReceiptError()) return UNKNOWN_RECEIPT;
        return reason instanceof Error ? `✗ ${reason.name}` : `✗ ${show(reason)}`;
      }
      const { value } = ended;
      if (call.startsWith("receive")) {
        return messageInWords(value as Message | null);
      }
      if (call === "publish") return typeof value === "string" ? "an id" : show(value);
      return call === "requeueExpired" ? show(value) : "done";
    },
    shows({ queue, deadLetters }) {
      const shown = `waiting ${queue.waiting}, in flight ${queue.inFlight}`;
      const dead = deadLetters ? deadLetters.waiting : 0;
      return dead > 0 ? `${shown}, dead ${dead}` : shown;
    },
    objection({ queue, deadLetters, published, acked }, schedule, trial) {
      const receipts = schedule.flatMap(({ call }, at) => {
        const message = call === "receive" || call === "receiveNow" ? (trial.valueOf(at) as Message | null) : null;
        return message ? [message.receipt] : [];
      });
      const twice = receipts.find((receipt, index) => receipts.indexOf(receipt) !== index);
      if (twice !== undefined) return `expected every delivery to have a receipt of its own, got ${show(twice)} twice`;
      const there = queue.waiting + queue.inFlight;
      if (deadLetters !== undefined || there === published - acked) return undefined;
      return `expected waiting + in flight to be ${published - acked} (${published} published, ${acked} acked), got ${queue.waiting} + ${queue.inFlight}`;
    },
    method: (call) => call.replace(/Now$/, ""),
    label: ({ call, n = 0, of = 0 }, name) => {
      switch (call) {
        case "publish":
          return `publish(${show(bodyOf(n))})`;
        case "receiveNow":
          return "receive({ timeoutMs: 0 })";
        case "abort":
          return `abort ${name(of)}`;
        case "ack":
        case "release":
          return `${call}(receipt of ${name(of)})`;
        case "extend":
          return `extend(receipt of ${name(of)}, ${n})`;
        case "clock":
          return `${n} ms pass`;
        default:
          return `${call}()`;
      }
    },
  };
}

/** The receipt that the receive of step `of` brought; of one that brought none, a receipt nobody has. */
function receiptOf(trial: Trial, of: number): string {
  return (trial.valueOf(of) as Message | null | undefined)?.receipt ?? "no such receipt";
}
