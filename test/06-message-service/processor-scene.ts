// The scene of tasks 06.2 to 06.6: a queue with messages, a handler that keeps a diary, and a
// processor that runs between the two. Messages go by their bodies.

import { getEventListeners } from "node:events";
import type { Message } from "@aws-sdk/client-sqs";
import { claim, same, type Tells } from "../support/claims.ts";
import { CheckFailure } from "../support/failure.ts";
import { type Call, call, note } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { count, show } from "../support/words.ts";
import type { SqsCall } from "./sqs-call.ts";
import { inOneLine, type Trouble } from "./trouble.ts";
import { type QueueOptions, WatchedSqs } from "./watched-sqs.ts";

export const RUN = "runQueueProcessor(…)";
export const ABOUT = "runQueueProcessor";

/** Some round trips and turns: what happens within it happened without waiting for anything. */
export const PROMPTLY_MS = 800;

/** Longer than a delete takes, its repetitions included. */
const LONG_MS = 20_000;

/** What a handler does with one delivery of a message. */
export interface Job {
  takesMs?: number;
  /** It goes on until then: several can end in the same moment. */
  until?: Promise<void>;
  rejectsWith?: unknown;
  throws?: unknown;
}

interface Report {
  processed: number;
  failed: number;
  deleted: number;
}

/** The part of the learner's module that is used here. */
interface Given {
  runQueueProcessor(options: {
    sqs: WatchedSqs["client"];
    queueUrl: string;
    handler: (message: Message) => Promise<void>;
    signal: AbortSignal;
    maxWorkers?: number;
    waitTimeSeconds?: number;
    onError?: (error: unknown, message?: Message) => void;
  }): Promise<Report>;
}

/** One call of the handler. */
export interface Handling {
  readonly body: string;
  readonly receipt: string;
  readonly message: Message;
  readonly begunAtMs: number;
  endedAtMs?: number;
  /** Where its end stands among all that happened. */
  endedOrder?: number;
  hasFailed?: boolean;
}

export interface Scene extends QueueOptions {
  /** What the handler does with a message, by its body and by how often it was handled before; by default nothing. */
  jobOf?: (body: string, before: number) => Job;
  maxWorkers?: number;
  waitTimeSeconds?: number;
  trouble?: (call: SqsCall) => Trouble;
  /** Leaves `onError` out. */
  withoutOnError?: boolean;
  controller?: AbortController;
}

/** A receive that asked for more than there were free workers. */
interface AskedTooMuch {
  inWords: string;
  /** Another receive had been asked for those workers before. */
  isBesideAnother: boolean;
  isNobodyFree: boolean;
}

/** A processor at work. */
export class Processing {
  readonly handlings: Handling[] = [];
  readonly errors: { error: unknown; message: Message | undefined; atMs: number }[] = [];
  readonly controller: AbortController;
  readonly run: Call<Report>;
  mostRunning = 0;
  /** The first receive that asked for more than there were free workers, in words. */
  askedTooMuch: AskedTooMuch | undefined;
  /** The first delete of a message whose handler had not succeeded, in words. */
  deletedTooEarly: string | undefined;
  abortedAtMs = Number.NaN;
  /** Receipts that a caller got, and whose handler has not begun. */
  readonly #inHand = new Set<string>();
  readonly #maxWorkers: number;

  private constructor(
    given: Given,
    readonly sqs: WatchedSqs,
    readonly scene: Scene,
  ) {
    const { maxWorkers, waitTimeSeconds, controller = new AbortController(), trouble, withoutOnError } = scene;
    this.controller = controller;
    this.#maxWorkers = maxWorkers ?? 10;
    if (trouble) sqs.trouble = trouble;
    sqs.onArrival = (arrived) => this.#look(arrived);
    sqs.onDelivery = (messages) => {
      for (const { ReceiptHandle = "" } of messages) this.#inHand.add(ReceiptHandle);
    };
    const onError = (error: unknown, message?: Message) => {
      note("onError", `${inOneLine(error)}${message ? `, message ${message.Body}` : ""}`);
      this.errors.push({ error, message, atMs: clock.nowMs });
    };
    const options = {
      sqs: sqs.client,
      queueUrl: sqs.queueUrl,
      handler: this.#handle,
      signal: controller.signal,
      ...(maxWorkers === undefined ? {} : { maxWorkers }),
      ...(waitTimeSeconds === undefined ? {} : { waitTimeSeconds }),
      ...(withoutOnError ? {} : { onError }),
    };
    this.run = call(RUN, () => given.runQueueProcessor(options));
  }

  /** Starts a processor on a new queue with those messages. */
  static async of(given: Given, bodies: string[], scene: Scene = {}): Promise<Processing> {
    const sqs = await WatchedSqs.open(scene);
    if (bodies.length > 0) await sqs.gets(...bodies);
    return new Processing(given, sqs, scene);
  }

  get begun(): string[] {
    return this.handlings.map(({ body }) => body);
  }

  get running(): Handling[] {
    return this.handlings.filter(({ endedAtMs }) => endedAtMs === undefined);
  }

  /** Bodies whose handler has succeeded. */
  get done(): string[] {
    return this.handlings.filter(({ hasFailed }) => hasFailed === false).map(({ body }) => body);
  }

  /** Bodies whose delete SQS has confirmed. */
  get deleted(): string[] {
    return [...this.sqs.deletedReceipts].map((receipt) => this.sqs.bodies.get(receipt) ?? "");
  }

  /** How often a message was extended whose handler had ended long before: its delete may have taken a while. */
  get lateBeats(): number {
    const endOf = (receipt: string) =>
      this.handlings.find((handling) => handling.receipt === receipt)?.endedAtMs ?? Number.POSITIVE_INFINITY;
    const isLate = (atMs: number, receipt: string) => atMs > endOf(receipt) + LONG_MS;
    return this.sqs.extensions.filter(({ call, receipt, seconds }) => seconds > 0 && isLate(call.atMs, receipt)).length;
  }

  /** How often messages were delivered while a handler of theirs ran already. */
  get deliveredTwice(): number {
    const isRunning = (one: Handling, atMs: number) => one.begunAtMs < atMs && (one.endedAtMs ?? atMs + 1) > atMs;
    const isTwice = ({ body, begunAtMs }: Handling) =>
      this.handlings.some((other) => other.body === body && isRunning(other, begunAtMs));
    return this.handlings.filter(isTwice).length;
  }

  /** What the receives that are under way ask for, all together. */
  get askedFor(): number {
    return this.sqs.polls.reduce((sum, { input }) => sum + (input.MaxNumberOfMessages ?? 1), 0);
  }

  get listeners(): number {
    return getEventListeners(this.controller.signal, "abort").length;
  }

  /** Lets up to `ms` pass until `isTrue`, and fails with `sentence` where it does not come true. */
  async within(
    ms: number,
    isTrue: () => boolean,
    sentence: () => string,
    tell?: string | (() => string | undefined),
  ): Promise<void> {
    const isDone = await this.sqs.within(ms, () => isTrue() || this.run.isSettled);
    const misconception = typeof tell === "function" ? tell() : tell;
    if (!isTrue()) this.assertGoesOn(sentence().split(": expected")[0] ?? RUN, misconception);
    claim(isDone && isTrue(), sentence(), misconception, ABOUT);
  }

  /** Lets `ms` pass. */
  async pass(ms: number): Promise<void> {
    await this.sqs.pass(ms);
  }

  assertGoesOn(did: string, misconception?: string): void {
    if (!this.run.isSettled) return;
    const what =
      this.run.state === "resolved"
        ? `resolved to ${show(this.run.value)}`
        : `rejected with ${inOneLine(this.run.reason)}`;
    claim(false, `${did}: expected it to go on until the signal aborts, but it ${what}`, misconception, ABOUT);
  }

  abort(): void {
    note("signal", "aborts");
    this.abortedAtMs = clock.nowMs;
    this.controller.abort(new Error("time to stop"));
  }

  /** Lets it end after an abort; fails where it takes longer than `ms`. */
  async stopped(did: string, ms: number = PROMPTLY_MS, whenLate?: string): Promise<void> {
    await this.sqs.within(ms, () => this.run.isSettled);
    const isLate = !this.run.isSettled;
    const sentence = `${did}: expected it to resolve within ${ms} ms of that, but ${this.#whatHoldsItUp()}`;
    claim(!isLate, sentence, whenLate ?? (this.sqs.polls.length > 0 ? "waits-out-the-poll" : undefined), ABOUT);
    if (this.run.state !== "rejected") return;
    const { reason } = this.run;
    // The reason of the signal, or what the SDK makes of it: not what failed before.
    const isOfTheAbort = /abort|time to stop/i.test(show(reason));
    throw new CheckFailure(`${did}: expected it to resolve, but it rejected with ${inOneLine(reason)}`, {
      misconception: isOfTheAbort ? "rejects-on-abort" : undefined,
      about: ABOUT,
      cause: reason,
    });
  }

  /** Aborts, and lets it end. */
  async abortAndStop(did: string, ms?: number): Promise<void> {
    this.abort();
    await this.stopped(did, ms);
  }

  /** No receive has asked for more messages than there were free workers. */
  neverAskedTooMuch(did: string): void {
    if (!this.askedTooMuch) return;
    const { inWords, isBesideAnother, isNobodyFree } = this.askedTooMuch;
    const isAlwaysTen = this.sqs.receives.every(({ input }) => input.MaxNumberOfMessages === 10);
    const misconception = isAlwaysTen
      ? "always-asks-for-ten"
      : isBesideAnother
        ? "counts-workers-too-late"
        : isNobodyFree
          ? "asks-while-nobody-is-free"
          : undefined;
    const expected = "expected no receive to ask for more messages than there are free workers";
    claim(false, `${did}: ${expected}, but ${inWords}`, misconception, ABOUT);
  }

  /** No message was deleted whose handler had not succeeded. */
  neverDeletedTooEarly(did: string, misconception?: string): void {
    const sentence = `${did}: expected no message to be deleted before its handler has succeeded, but ${this.deletedTooEarly}`;
    claim(this.deletedTooEarly === undefined, sentence, misconception, ABOUT);
  }

  /** The report says what was seen from outside. */
  reports(did: string, tells: Tells<unknown> = {}): void {
    const failures = this.handlings.filter((handling) => handling.hasFailed).length;
    const expected = { processed: this.done.length, failed: failures, deleted: this.deleted.length };
    const { processed, failed, deleted } = (this.run.value ?? {}) as Partial<Report>;
    same({ processed, failed, deleted } as unknown, expected, `${did}: its report`, tells, ABOUT);
  }

  readonly #handle = (message: Message): Promise<void> => {
    const { Body: body = "", ReceiptHandle: receipt = "" } = message;
    this.#inHand.delete(receipt);
    const before = this.handlings.filter((handling) => handling.body === body).length;
    const handling: Handling = { body, receipt, message, begunAtMs: clock.nowMs };
    this.handlings.push(handling);
    this.mostRunning = Math.max(this.mostRunning, this.running.length);
    const again = before === 0 ? "" : ` (for the ${before === 1 ? "2nd" : `${before + 1}th`} time)`;
    note(`handler of ${body}`, `begins${again}`);
    const job = this.scene.jobOf?.(body, before) ?? {};
    if ("throws" in job) {
      this.#end(handling, true, `throws ${show(job.throws)}`);
      throw job.throws;
    }
    return this.#work(handling, job);
  };

  async #work(handling: Handling, job: Job): Promise<void> {
    if (job.until) await job.until;
    else await new Promise<void>((resolve) => setTimeout(resolve, job.takesMs ?? 1));
    const hasFailed = "rejectsWith" in job;
    this.#end(handling, hasFailed, hasFailed ? `rejects with ${show(job.rejectsWith)}` : "ends");
    if (hasFailed) throw job.rejectsWith;
  }

  #end(handling: Handling, hasFailed: boolean, what: string): void {
    handling.endedAtMs = clock.nowMs;
    handling.endedOrder = this.sqs.nextOrder();
    handling.hasFailed = hasFailed;
    note(`handler of ${handling.body}`, what);
  }

  /** Looks at each call as it arrives for what no processor may ever do. */
  #look(arrived: SqsCall): void {
    if (arrived.operation === "ReceiveMessage") this.#lookAtReceive(arrived);
    if (arrived.operation.startsWith("DeleteMessage")) this.#lookAtDelete(arrived);
  }

  #lookAtReceive(arrived: SqsCall): void {
    const asked = arrived.input.MaxNumberOfMessages ?? 1;
    const others = this.askedFor - asked;
    const busy = this.running.length + this.#inHand.size;
    const free = this.#maxWorkers - busy - others;
    if (asked >= 1 && asked <= free) return;
    const beside = others === 0 ? "" : `, with another receive under way that asks for ${others}`;
    const inWords = `a receive at ${arrived.atMs} ms asked for ${asked} while ${busy} of ${this.#maxWorkers} workers were busy${beside}`;
    this.askedTooMuch ??= { inWords, isBesideAnother: others > 0, isNobodyFree: busy >= this.#maxWorkers };
  }

  #lookAtDelete(arrived: SqsCall): void {
    for (const { ReceiptHandle = "" } of arrived.input.Entries ?? [arrived.input]) {
      const handling = this.handlings.find(({ receipt }) => receipt === ReceiptHandle);
      if (handling?.hasFailed === false) continue;
      const body = this.sqs.bodies.get(ReceiptHandle) ?? "an unknown message";
      const why = !handling
        ? "before its handler was called"
        : handling.hasFailed
          ? "although its handler had failed"
          : "while its handler was still running";
      this.deletedTooEarly ??= `${body} was deleted at ${arrived.atMs} ms, ${why}`;
    }
  }

  #whatHoldsItUp(): string {
    const { polls } = this.sqs;
    if (this.running.length > 0) return `${count(this.running.length, "handler")} still ran`;
    return polls.length > 0 ? "a receive is still under way" : "it is still waiting";
  }
}

/** "m1", "m2", …: as many messages. */
export function messages(number: number, prefix = "m"): string[] {
  return Array.from({ length: number }, (_, index) => `${prefix}${index + 1}`);
}

/**
 * Names the misconception of what is found in the background of `act`: a rejection that nobody handles,
 * for one, fails the check wherever it stands.
 */
export async function recognised(act: () => Promise<void>, tell: (message: string) => string): Promise<void> {
  try {
    await act();
  } catch (error) {
    if (!(error instanceof CheckFailure) || error.misconception !== undefined) throw error;
    const { message, about, cause } = error;
    throw new CheckFailure(message, { misconception: tell(message), about, cause });
  }
}

/** A promise that is resolved from outside, for handlers that end together. */
export function gate(): { opened: Promise<void>; open: () => void } {
  let open = (): void => {};
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open };
}
