// The learner's service in process: requests go in through `fetch`, under virtual time, and what is
// claimed of an answer is said in terms of the request.

import type { Task } from "#solution/05-task-service/models.ts";
import { claim, same, type Tells } from "../support/claims.ts";
import { CheckFailure } from "../support/failure.ts";
import { type Call, happens, note, silentCall } from "../support/stage.ts";
import { show } from "../support/words.ts";
import { type ownErrors, ReferenceQueue } from "./reference-queue.ts";

export interface App {
  fetch(request: Request): Response | Promise<Response>;
}

/** The app is the function's, whichever file's `TaskQueue` it names. */
export interface AppModule {
  createApp(queue: never): App;
}

/** Failures are about this function of the learner's: the routes have no names. */
export const ABOUT = "createApp";

export interface Asking {
  body?: string | Uint8Array | ReadableStream;
  /** The Content-Type. */
  type?: string;
  signal?: AbortSignal;
  /** What the sentences add to method and path: "with priority 7". */
  saying?: string;
}

/** What came of a request. */
export interface Answer {
  /** "GET /tasks/{id} of a completed task" */
  readonly did: string;
  /** 0: `fetch` has rejected. */
  readonly status: number;
  readonly rejection: unknown;
  readonly type: string;
  readonly text: string;
  /** Why the body could not be read to its end. */
  readonly broken?: unknown;
}

export class Service {
  readonly queue: ReferenceQueue;
  readonly app: App;

  constructor(
    module: AppModule,
    errors: ReturnType<typeof ownErrors>,
    options?: ConstructorParameters<typeof ReferenceQueue>[1],
  ) {
    this.queue = new ReferenceQueue(errors, options);
    this.app = module.createApp(this.queue as never);
  }

  /** Makes a request, and does not wait for its answer. */
  send(method: string, path: string, asking: Asking = {}): Sent {
    const { body, type, signal, saying } = asking;
    const did = `${nameOf(method, path)}${saying ? ` ${saying}` : ""}`;
    const request = new Request(`http://localhost:8000${path}`, {
      method,
      // A body given as bytes has no Content-Type of its own.
      ...(body === undefined ? {} : { body: typeof body === "string" ? new TextEncoder().encode(body) : body }),
      ...(body instanceof ReadableStream ? { duplex: "half" } : {}),
      ...(type === undefined ? {} : { headers: { "Content-Type": type } }),
      ...(signal === undefined ? {} : { signal }),
    } as RequestInit);
    note(nameOf(method, path), saying ? `asked ${saying}` : "asked");
    const call = silentCall(ABOUT, () => this.app.fetch(request));
    return { did, lane: nameOf(method, path), request, call };
  }

  /** Makes a request, and waits for its whole answer. */
  async ask(method: string, path: string, asking?: Asking): Promise<Answer> {
    return answerTo(this.send(method, path, asking));
  }

  /** Submits `body`, as JSON unless it is text already. */
  async post(body: unknown, { type = "application/json", saying }: Asking = {}): Promise<Answer> {
    const text = typeof body === "string" ? body : JSON.stringify(body);
    return this.ask("POST", "/tasks", { body: text, type, saying: saying ?? `with ${shortened(text)}` });
  }
}

/** A request's body that comes when the check says so. */
export function slowBody(): { body: ReadableStream; send(text: string): void; end(): void } {
  let controller: ReadableStreamDefaultController | undefined;
  const body = new ReadableStream({
    start(own) {
      controller = own;
    },
  });
  return {
    body,
    send: (text) => controller?.enqueue(new TextEncoder().encode(text)),
    end: () => controller?.close(),
  };
}

/** A request that was made. */
export interface Sent {
  readonly did: string;
  readonly lane: string;
  readonly request: Request;
  readonly call: Call<Response>;
}

/** Waits for the whole answer. */
export async function answerTo({ did, lane, call }: Sent): Promise<Answer> {
  await happens(`the answer to ${did}`, () => call.isSettled, { about: ABOUT });
  const response = call.state === "resolved" ? responseOf(call, did) : undefined;
  if (!response) {
    note(lane, `fetch rejects with ${show(call.reason)}`);
    return { did, status: 0, rejection: call.reason, type: "", text: "" };
  }
  const reading = silentCall(ABOUT, () => response.text());
  await happens(`the end of the answer to ${did}`, () => reading.isSettled, { about: ABOUT });
  note(lane, `answers ${response.status}`);
  const broken = reading.state === "rejected" ? reading.reason : undefined;
  const type = response.headers.get("Content-Type") ?? "";
  return { did, status: response.status, rejection: undefined, type, text: reading.value ?? "", broken };
}

/** What `fetch` gave, which has to be a response. */
export function responseOf(call: Call<Response>, did: string): Response {
  const response: unknown = call.value;
  claim(response instanceof Response, `${did}: expected a Response, got ${show(response)}`, undefined, ABOUT);
  return response as Response;
}

/** "GET /tasks/{id}": the ids that the queue gives are long, and say nothing. */
function nameOf(method: string, path: string): string {
  return `${method} ${path.replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/g, "{id}")}`;
}

function shortened(text: string): string {
  return text.length > 60 ? `${text.slice(0, 57)}…` : text;
}

/** The status is `expected`, or one of them. */
export function hasStatus(answer: Answer, expected: number | readonly number[], tells: Tells<Answer> = {}): void {
  const allowed = typeof expected === "number" ? [expected] : expected;
  if (allowed.includes(answer.status)) return;
  const seen =
    answer.status === 0
      ? `but fetch rejected with ${show(answer.rejection)}`
      : `got ${answer.status}${answer.text === "" ? "" : `, ${shortened(answer.text)}`}`;
  throw new CheckFailure(`${answer.did}: expected status ${allowed.join(" or ")}, ${seen}`, {
    misconception: Object.entries(tells).find(([, tell]) => typeof tell === "function" && tell(answer))?.[0],
    about: ABOUT,
    cause: answer.rejection,
  });
}

/** The body, which has to be JSON. */
export function jsonOf(answer: Answer, misconception?: string): unknown {
  claim(
    answer.broken === undefined,
    `${answer.did}: expected a body that can be read, but reading it rejects with ${show(answer.broken)}`,
    undefined,
    ABOUT,
  );
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    const seen = answer.text === "" ? "nothing" : show(answer.text);
    throw new CheckFailure(`${answer.did}: expected a body of JSON, got ${seen}`, { misconception, about: ABOUT });
  }
}

/** An error as the contract has it: one of these statuses, and `{ "error": "…" }` as JSON. */
export function isError(answer: Answer, expected: number | readonly number[], tells: Tells<Answer> = {}): void {
  hasStatus(answer, expected, tells);
  const said = `${answer.did}, answered ${answer.status}`;
  claim(
    /^application\/([\w.+-]+\+)?json\s*(;|$)/i.test(answer.type),
    `${said}: expected a Content-Type of application/json, got ${answer.type || "none"}`,
    "errors-in-plain-text",
    ABOUT,
  );
  const error: unknown = (jsonOf(answer, "errors-in-plain-text") as { error?: unknown } | null)?.error;
  claim(
    typeof error === "string" && error.trim() !== "",
    `${said}: expected { "error": "…" } with a sentence in it, got ${shortened(answer.text)}`,
    undefined,
    ABOUT,
  );
}

/** The eleven fields of a task on the wire. */
const FIELDS = [
  "id",
  "task_type",
  "payload",
  "priority",
  "status",
  "progress",
  "result",
  "error",
  "created_at",
  "started_at",
  "finished_at",
] as const;

/** What of `value` is a task's: more fields beside them are fine. */
export function taskIn(value: unknown): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  const fields = value as Record<string, unknown>;
  return Object.fromEntries(FIELDS.filter((field) => field in fields).map((field) => [field, fields[field]]));
}

/** The body is `task`, as it is on the wire. */
export function isTask(answer: Answer, task: Task | undefined): void {
  const seen = taskIn(jsonOf(answer));
  const onTheWire: unknown = JSON.parse(JSON.stringify(task ?? null));
  const missing = FIELDS.filter((field) => !Object.hasOwn(Object(seen), field));
  claim(
    missing.length === 0,
    `${answer.did}: expected the task with all its fields, but ${missing.join(", ")} is missing in ${shortened(answer.text)}`,
    undefined,
    ABOUT,
  );
  for (const field of FIELDS) {
    const [here, there] = [seen, onTheWire].map((one) => (one as Record<string, unknown>)[field]);
    same(here, there, `${answer.did}: the field ${field}`, {}, ABOUT);
  }
}
