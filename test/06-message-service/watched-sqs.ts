// A queue in SQS that writes down what is asked of it. The learner's code reaches it through the real SDK; behind
// it is the workbook's endpoint, on the reference queue of lesson 04. Between the two, a check can
// make trouble: answers that are late, short, cut off, or errors.

import { type Message, SQSClient, type SQSClientConfig } from "@aws-sdk/client-sqs";
import { VisibilityQueue } from "#solution/04-visibility-queue/visibility-queue.ts";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { SAID_BEFOREHAND } from "../../scripts/sqs-endpoint/in-process.ts";
import { CheckFailure } from "../support/failure.ts";
import { letSettle, note, pass, settled, silentCall } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import {
  answered,
  asked,
  type Entry,
  entriesOf,
  type Input,
  laneOf,
  named,
  type Output,
  type SqsCall,
} from "./sqs-call.ts";
import { cutConnection, Fault, faultIn, type Trouble } from "./trouble.ts";
import { answer, brokenOff, delay, type HttpRequest, type HttpResponse } from "./wire.ts";

// The SDK would print that newer versions of it want a newer Node: nothing that a learner can change.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Everything that the SDK would look up in files or the environment, said beforehand. */
export const CLIENT_CONFIG = {
  region: "us-east-1",
  endpoint: "http://127.0.0.1:9324",
  credentials: { accessKeyId: "AKIAWORKBOOK", secretAccessKey: "Workbook" },
  ...SAID_BEFOREHAND,
} as const satisfies SQSClientConfig;

/** How long an answer takes, where no trouble says otherwise. */
export const ROUND_TRIP_MS = 20;
/** No check needs so many: whoever makes more goes round and round. */
const MOST_CALLS = 500;
/** How much longer SQS takes to say that it has nothing, to those who do not wait for it. */
const NOTHING_TAKES_MS = 600;

export interface QueueOptions {
  visibilityTimeoutSeconds?: number;
  maxAttempts?: number;
  /** After so many deliveries a message goes to the dead letters. */
  maxReceiveCount?: number;
}

export class WatchedSqs {
  readonly client: SQSClient;
  readonly endpoint: SqsEndpoint = new SqsEndpoint({ engine: VisibilityQueue });
  readonly calls: SqsCall[] = [];
  queueUrl = "";
  #deadUrl = "";
  /** Asked at each call what goes wrong with it. */
  trouble: (call: SqsCall) => Trouble = () => ({});
  /** Called with each call as it arrives, before anything is done about it. */
  onArrival: (call: SqsCall) => void = () => {};
  /** Called with the messages of a receive, just before its caller gets them. */
  onDelivery: (messages: Message[]) => void = () => {};
  /** Bodies by receipt handle, of all that was received. */
  readonly bodies = new Map<string, string>();
  /** Receipts of deletes that SQS has confirmed. */
  readonly deletedReceipts = new Set<string>();
  #order = 0;

  private constructor(maxAttempts: number) {
    const handle = (request: HttpRequest, { abortSignal }: { abortSignal?: AbortSignal } = {}) =>
      this.#handle(request, abortSignal);
    const requestHandler = { handle, updateHttpClientConfig: () => {}, httpHandlerConfigs: () => ({}) };
    // The endpoint looks at no signature, and making them is half of what a call costs.
    const signer = { sign: async <T>(request: T) => request };
    this.client = new SQSClient({
      ...CLIENT_CONFIG,
      maxAttempts,
      signer: signer as never,
      requestHandler: requestHandler as never,
    });
  }

  /** A new queue, empty. */
  static async open(options: QueueOptions = {}): Promise<WatchedSqs> {
    const { visibilityTimeoutSeconds = 600, maxAttempts = 1, maxReceiveCount } = options;
    const sqs = new WatchedSqs(maxAttempts);
    const Attributes: Record<string, string> = { VisibilityTimeout: `${visibilityTimeoutSeconds}` };
    if (maxReceiveCount !== undefined) Attributes.RedrivePolicy = await sqs.#redriveAfter(maxReceiveCount);
    const { QueueUrl } = await sqs.direct<{ QueueUrl: string }>("CreateQueue", { QueueName: "orders", Attributes });
    sqs.queueUrl = QueueUrl;
    return sqs;
  }

  async #redriveAfter(maxReceiveCount: number): Promise<string> {
    const { QueueUrl } = await this.direct<{ QueueUrl: string }>("CreateQueue", { QueueName: "orders_dead" });
    this.#deadUrl = QueueUrl;
    const asked = { QueueUrl, AttributeNames: ["QueueArn"] };
    const { Attributes } = await this.direct<{ Attributes: { QueueArn: string } }>("GetQueueAttributes", asked);
    return JSON.stringify({ deadLetterTargetArn: Attributes.QueueArn, maxReceiveCount });
  }

  /** The bodies of the dead letters; they are taken. */
  async deadLetters(): Promise<string[]> {
    const asked = { QueueUrl: this.#deadUrl, MaxNumberOfMessages: 10 };
    const { Messages = [] } = await this.direct<{ Messages?: { Body: string }[] }>("ReceiveMessage", asked);
    return Messages.map(({ Body }) => Body);
  }

  /** A count of all that happens, so that two things of one instant have an order. */
  nextOrder(): number {
    this.#order += 1;
    return this.#order;
  }

  /** Puts messages into the queue, past the learner's code and past all trouble. */
  async gets(...bodies: string[]): Promise<void> {
    note("queue", `gets ${named(bodies)}`);
    for (const MessageBody of bodies) await this.direct("SendMessage", { QueueUrl: this.queueUrl, MessageBody });
  }

  /** The check's own request: it is not written down. */
  async direct<T = Output>(operation: string, input: Input | object): Promise<T> {
    const asking = silentCall(operation, () => this.endpoint.answer(operation, input) as Promise<T>);
    await settled(asking);
    if (asking.state === "rejected") throw asking.reason;
    return asking.value as T;
  }

  /** The messages that wait, those in flight, and both together: none of those is deleted. */
  async left(): Promise<{ waiting: number; inFlight: number; all: number }> {
    const input = { QueueUrl: this.queueUrl, AttributeNames: ["All"] };
    const { Attributes = {} } = await this.direct("GetQueueAttributes", input);
    const waiting = Number(Attributes.ApproximateNumberOfMessages);
    const inFlight = Number(Attributes.ApproximateNumberOfMessagesNotVisible);
    return { waiting, inFlight, all: waiting + inFlight };
  }

  of(operation: string): SqsCall[] {
    return this.calls.filter((call) => call.operation === operation);
  }

  get receives(): SqsCall[] {
    return this.of("ReceiveMessage");
  }

  /** Receives that are under way, and not told to end. */
  get polls(): SqsCall[] {
    return this.receives.filter((call) => call.endedAtMs === undefined && call.signal?.aborted !== true);
  }

  /** Deletes of either kind. */
  get deletes(): SqsCall[] {
    return this.calls.filter(({ operation }) => operation === "DeleteMessageBatch" || operation === "DeleteMessage");
  }

  /** Whatever puts a message into the queue. */
  get sends(): SqsCall[] {
    return this.calls.filter(({ operation }) => operation === "SendMessage" || operation === "SendMessageBatch");
  }

  /** Calls that make a message invisible for longer, and their receipts. */
  get extensions(): { call: SqsCall; receipt: string; seconds: number }[] {
    return this.calls.flatMap((call) =>
      call.operation.startsWith("ChangeMessageVisibility")
        ? entriesOf(call).map(({ ReceiptHandle = "", VisibilityTimeout = 0 }) => ({
            call,
            receipt: ReceiptHandle,
            seconds: VisibilityTimeout,
          }))
        : [],
    );
  }

  /** The bodies that a call is about. */
  bodiesOf(call: SqsCall): string[] {
    return entriesOf(call).map(({ ReceiptHandle = "" }) => this.bodies.get(ReceiptHandle) ?? "an unknown receipt");
  }

  /** Lets `ms` pass; fails where the learner's code calls SQS without end. */
  async pass(ms: number): Promise<void> {
    await pass(ms);
    this.assertCalm();
  }

  /**
   * Lets time pass in small steps until `isTrue`, `mostMs` at most.
   *
   * @returns Whether it came true.
   */
  async within(mostMs: number, isTrue: () => boolean): Promise<boolean> {
    const untilMs = clock.nowMs + mostMs;
    await letSettle();
    while (!isTrue() && clock.nowMs < untilMs) {
      const next = clock.timers.next?.dueMs ?? untilMs;
      await this.pass(Math.max(0, Math.min(next, untilMs) - clock.nowMs));
    }
    return isTrue();
  }

  assertCalm(): void {
    if (this.calls.length < MOST_CALLS) return;
    const counts = new Map<string, number>();
    for (const { operation } of this.calls) counts.set(operation, (counts.get(operation) ?? 0) + 1);
    const [[operation, times] = ["", 0]] = [...counts].sort(([, a], [, b]) => b - a);
    const about = operation.startsWith("Send") ? "createMessageService" : "runQueueProcessor";
    throw new CheckFailure(
      `${about}(…) calls SQS again and again: ${operation} ${times} times within ${clock.nowMs} ms`,
      { about, misconception: this.#tellOfALoop(operation) },
    );
  }

  #tellOfALoop(operation: string): string | undefined {
    if (operation !== "ReceiveMessage") return undefined;
    const calls = this.receives;
    if (calls.every(({ input }) => !input.WaitTimeSeconds)) return "polls-without-waiting";
    if (calls.filter(({ failure }) => failure !== undefined).length > MOST_CALLS / 2) return "no-pause-after-a-failure";
    return undefined;
  }

  async #handle(request: HttpRequest, signal?: AbortSignal): Promise<{ response: HttpResponse }> {
    const operation = String(request.headers["X-Amz-Target".toLowerCase()]).replace("AmazonSQS.", "");
    const input = JSON.parse(new TextDecoder().decode(request.body as Uint8Array)) as Input;
    const call: SqsCall = {
      operation,
      input,
      number: this.of(operation).length + 1,
      atMs: clock.nowMs,
      order: this.nextOrder(),
      wasAborted: false,
      signal,
    };
    this.calls.push(call);
    // A loop without end is left without an answer, so that the check comes to its own.
    if (this.calls.length >= MOST_CALLS) await new Promise<never>(() => {});
    const trouble = this.trouble(call);
    const lane = laneOf(call);
    note(lane, asked(call, this.bodiesOf(call)));
    this.onArrival(call);
    try {
      const output = await this.#answer(call, trouble, signal);
      call.endedAtMs = clock.nowMs;
      if (trouble.isCutShort) {
        call.failure = cutConnection();
        note(lane, "the connection is cut in the middle of the answer");
        return { response: brokenOff(output) };
      }
      call.output = output;
      for (const { ReceiptHandle = "", Body = "" } of output.Messages ?? []) this.bodies.set(ReceiptHandle, Body);
      this.#noteConfirmed(call);
      note(lane, answered(call));
      this.onDelivery(output.Messages ?? []);
      return { response: answer(200, output) };
    } catch (error) {
      call.endedAtMs = clock.nowMs;
      call.failure = error;
      call.wasAborted = signal?.aborted === true;
      if (call.wasAborted) note(lane, "is cut short");
      const fault = faultIn(error);
      if (!call.wasAborted) note(lane, fault ? `fails with ${fault.code}` : "the connection is cut");
      if (!fault) throw error;
      return { response: answer(fault.status, { __type: `com.amazonaws.sqs#${fault.code}`, message: fault.message }) };
    }
  }

  async #answer(call: SqsCall, trouble: Trouble, signal?: AbortSignal): Promise<Output> {
    const { latencyMs = ROUND_TRIP_MS, fails, most, comesInSpiteOfAbort } = trouble;
    const heard = comesInSpiteOfAbort ? undefined : signal;
    await delay(latencyMs / 2, heard);
    if (fails === "connection cut") throw cutConnection();
    if (fails) throw new Fault(fails);
    const output = await this.#done(call, trouble, most, heard);
    const isShortAndEmpty = call.operation === "ReceiveMessage" && !call.input.WaitTimeSeconds && !output.Messages;
    await delay(latencyMs / 2 + (isShortAndEmpty ? NOTHING_TAKES_MS : 0), heard);
    return output;
  }

  /** What SQS does about it. Entries that are to fail never reach it. */
  async #done(call: SqsCall, { failedEntries }: Trouble, most?: number, signal?: AbortSignal): Promise<Output> {
    const { operation, input } = call;
    if (most !== undefined) {
      const MaxNumberOfMessages = Math.min(most, input.MaxNumberOfMessages ?? 1);
      return this.endpoint.answer(operation, { ...input, MaxNumberOfMessages }, signal);
    }
    const entries = input.Entries;
    if (!failedEntries || !entries) return this.endpoint.answer(operation, input, signal);
    const bodyOf = (entry: Entry & Input) => this.bodies.get(entry.ReceiptHandle ?? "") ?? entry.MessageBody ?? "";
    const failing = entries.filter((entry) => failedEntries(bodyOf(entry)));
    const others = entries.filter((entry) => !failing.includes(entry));
    const output: Output =
      others.length === 0 ? {} : await this.endpoint.answer(operation, { ...input, Entries: others }, signal);
    const Failed = failing.map(({ Id = "" }) => ({
      Id,
      SenderFault: false,
      Code: "InternalError",
      Message: "Try again",
    }));
    return { Successful: output.Successful ?? [], Failed: [...(output.Failed ?? []), ...Failed] };
  }

  #noteConfirmed(call: SqsCall): void {
    if (!this.deletes.includes(call)) return;
    const failed = new Set(call.output?.Failed?.map(({ Id }) => Id));
    for (const { Id = "", ReceiptHandle = "" } of entriesOf(call)) {
      if (!failed.has(Id)) this.deletedReceipts.add(ReceiptHandle);
    }
  }
}
