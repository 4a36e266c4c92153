// The scene of task 06.1: the learner's service in front of a queue. Requests go in through `fetch`, under virtual
// time, and what is claimed of an answer is said in terms of the request.

import { claim, same, type Tells } from "../support/claims.ts";
import { CheckFailure } from "../support/failure.ts";
import { type Call, note, silentCall } from "../support/stage.ts";
import { show } from "../support/words.ts";
import { inOneLine } from "./trouble.ts";
import { WatchedSqs } from "./watched-sqs.ts";

/** Failures are about this function of the learner's: the routes have no names. */
export const ABOUT = "createMessageService";

export interface App {
  fetch(request: Request): Response | Promise<Response>;
}

/** The part of the learner's module that is used here. */
export interface ServiceModule {
  createMessageService(options: { sqs: WatchedSqs["client"]; queueUrl: string }): App;
}

/** What came of a request. */
export interface Answer {
  /** "POST /messages with an empty body" */
  readonly did: string;
  readonly status: number;
  readonly type: string;
  readonly text: string;
  /** The values of its headers. */
  readonly headers: string[];
}

export interface Asking {
  body?: string | undefined;
  /** The Content-Type; null: none. */
  type?: string | null;
  /** What the sentences add to method and path: "with an empty body". */
  saying?: string;
}

const JSON_TYPE = "application/json";
/** Longer than any answer takes. */
const MOST_MS = 60_000;

export class Service {
  private constructor(
    readonly sqs: WatchedSqs,
    readonly app: App,
  ) {}

  static async of(module: ServiceModule): Promise<Service> {
    const sqs = await WatchedSqs.open();
    return new Service(sqs, module.createMessageService({ sqs: sqs.client, queueUrl: sqs.queueUrl }));
  }

  /** Makes a request, and does not wait for its answer. */
  send(method: string, path: string, { body, type = JSON_TYPE, saying }: Asking = {}): Sent {
    const lane = `${method} ${path}`;
    const request = new Request(`http://localhost:8000${path}`, {
      method,
      // A body that is given as bytes has no Content-Type of its own.
      ...(body === undefined ? {} : { body: new TextEncoder().encode(body) }),
      ...(body === undefined || type === null ? {} : { headers: { "Content-Type": type } }),
    });
    note(lane, saying ? `asked ${saying}` : "asked");
    return { did: saying ? `${lane} ${saying}` : lane, lane, call: silentCall(ABOUT, () => this.app.fetch(request)) };
  }

  async ask(method: string, path: string, asking?: Asking): Promise<Answer> {
    return this.answerTo(this.send(method, path, asking));
  }

  /** Posts `message` as JSON. */
  post(message: unknown, saying: string): Promise<Answer> {
    return this.ask("POST", "/messages", { body: JSON.stringify(message), saying });
  }

  /** Waits for the whole answer. */
  async answerTo({ did, lane, call }: Sent): Promise<Answer> {
    await this.sqs.within(MOST_MS, () => call.isSettled);
    const response = responseOf(did, call);
    const reading = silentCall(ABOUT, () => response.text());
    await this.sqs.within(MOST_MS, () => reading.isSettled);
    claim(reading.state === "resolved", `${did}: expected a body that can be read, but it cannot`, undefined, ABOUT);
    note(lane, `answers ${response.status}`);
    const type = response.headers.get("Content-Type") ?? "";
    const headers = [...response.headers.values()];
    return { did, status: response.status, type, text: reading.value ?? "", headers };
  }

  /** What is in the queue, each with its attributes as they were received. */
  async queued(): Promise<{ id: string; body: string; attributes: Record<string, unknown> }[]> {
    const { Messages = [] } = await this.sqs.direct("ReceiveMessage", {
      QueueUrl: this.sqs.queueUrl,
      MaxNumberOfMessages: 10,
      MessageAttributeNames: ["All"],
      WaitTimeSeconds: 0,
    });
    return Messages.map(({ MessageId = "", Body = "", MessageAttributes = {} }) => ({
      id: MessageId,
      body: Body,
      attributes: Object.fromEntries(
        Object.entries(MessageAttributes).map(([name, { DataType, StringValue }]) => [name, [DataType, StringValue]]),
      ),
    }));
  }
}

/** A request that was made. */
export interface Sent {
  readonly did: string;
  readonly lane: string;
  readonly call: Call<Response>;
}

function responseOf(did: string, call: Call<Response>): Response {
  if (call.state === "rejected") {
    throw new CheckFailure(`${did}: expected a Response, but fetch rejected with ${inOneLine(call.reason)}`, {
      about: ABOUT,
      cause: call.reason,
    });
  }
  const response: unknown = call.value;
  const seen = call.state === "waiting" ? "but no answer has come within a minute" : `got ${show(response)}`;
  claim(response instanceof Response, `${did}: expected a Response, ${seen}`, undefined, ABOUT);
  return response as Response;
}

/** The status is `expected`, or one of them. */
export function hasStatus(answer: Answer, expected: number | number[], misconception?: string | undefined): void {
  const allowed = [expected].flat();
  const text = answer.text.length > 80 ? `${answer.text.slice(0, 77)}…` : answer.text;
  claim(
    allowed.includes(answer.status),
    `${answer.did}: expected status ${allowed.join(" or ")}, got ${answer.status}${text === "" ? "" : `, ${text}`}`,
    misconception,
    ABOUT,
  );
}

/** The body, which has to be JSON. */
export function jsonOf({ did, text }: Answer): Record<string, unknown> {
  try {
    return Object(JSON.parse(text)) as Record<string, unknown>;
  } catch {
    throw new CheckFailure(`${did}: expected a body of JSON, got ${text === "" ? "nothing" : show(text)}`, {
      about: ABOUT,
    });
  }
}

/** It is answered with 422 (or one of `allowed`), and nothing has been sent to SQS. */
export function isRefused(service: Service, answer: Answer, misconception?: string, allowed: number[] = [422]): void {
  const { length } = service.sqs.sends;
  claim(
    length === 0,
    `${answer.did}: expected nothing to be sent to SQS, but it was, and the answer is ${answer.status}`,
    misconception,
    ABOUT,
  );
  hasStatus(answer, allowed, misconception);
}

/** It is answered with 202 and an id. */
export function isAccepted(answer: Answer, misconception?: string): string {
  hasStatus(answer, 202, misconception);
  const { id } = jsonOf(answer);
  claim(typeof id === "string" && id !== "", `${answer.did}: expected an id, got ${show(id)}`, misconception, ABOUT);
  return String(id);
}

export function sameOf<T>(seen: T, expected: T, did: string, tells: Tells<T> = {}): void {
  same(seen, expected, did, tells, ABOUT);
}
