// A client of the stream in process: it reads the response's body, whenever the check lets it, and
// parses what comes as server-sent events.

import { getEventListeners } from "node:events";
import { EventSourceParserStream } from "eventsource-parser/stream";
import type { Task } from "#solution/05-task-service/models.ts";
import { claim, same, type Tells } from "../support/claims.ts";
import { happens, letSettle, note, pass } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";
import { ABOUT, type Asking, hasStatus, responseOf, type Sent, type Service } from "./service.ts";

export const EVENT_STREAM = "text/event-stream";

/** What an event must say, as one word: "processing 40". */
export function stateOf({ status, progress }: { status: unknown; progress: unknown }): string {
  return `${String(status)} ${String(progress)}`;
}

/** The data of an event as a state, or what is wrong with it. */
export function stateInData(data: string): string {
  try {
    const said: unknown = JSON.parse(data);
    if (typeof said === "object" && said !== null && "status" in said && "progress" in said) {
      return typeof said.progress === "number" ? stateOf(said as Task) : `a progress of ${show(said.progress)}`;
    }
    return `data without status and progress: ${show(data)}`;
  } catch {
    return `data that is no JSON: ${show(data)}`;
  }
}

/** The stream of one task, as a client sees it. */
export class StreamClient {
  /** The state that each event told, in their order. */
  readonly states: string[] = [];
  /** What came, before it was parsed. */
  received = "";
  isOver = false;
  /** Why the body cannot be read on. */
  problem: string | undefined;
  readonly #reader: ReadableStreamDefaultReader<unknown>;
  readonly #decoder = new TextDecoder();
  /** The LF of a CR LF may come in the next chunk. */
  #endedInCr = false;
  readonly #parser = new EventSourceParserStream();
  readonly #feed = this.#parser.writable.getWriter();

  constructor(
    readonly did: string,
    readonly lane: string,
    readonly request: Request,
    body: ReadableStream<unknown>,
  ) {
    this.#reader = body.getReader();
    void this.#takeEvents();
  }

  /** Reads until the end, as fast as something comes. */
  readOn(): this {
    void this.#readUntil(() => false);
    return this;
  }

  /** Reads until it has an event, or one more, and then stops. */
  readFirst(): this {
    void this.#readUntil(() => this.states.length > 0);
    return this;
  }

  /** The client goes: it wants no more of the body. */
  async cancel(): Promise<void> {
    note(this.lane, "the client goes");
    // Whether a stream's own `cancel` succeeds is open; it is not the client's to handle.
    this.#reader.cancel(new Error("the client is gone")).catch(() => {});
    await letSettle();
  }

  async #readUntil(hasEnough: () => boolean): Promise<void> {
    try {
      while (!hasEnough()) {
        const { done, value } = await this.#reader.read();
        if (done) return this.#end();
        if (!(value instanceof Uint8Array)) return this.#end(`a chunk of it is ${show(value)}`);
        const text = this.#decoder.decode(value, { stream: true });
        this.received += text;
        await this.#feed.write(this.#lineEnds(text));
      }
    } catch (error) {
      this.#end(`reading it rejects with ${show(error)}`);
    }
  }

  /** Line ends as LF: a CR ends a line, too, and the parser would wait for what comes after it. */
  #lineEnds(text: string): string {
    const isRestOfOne = this.#endedInCr && text.startsWith("\n");
    if (text !== "") this.#endedInCr = text.endsWith("\r");
    return (isRestOfOne ? text.slice(1) : text).replace(/\r\n?/g, "\n");
  }

  #end(problem?: string): void {
    this.problem = problem;
    this.isOver = true;
    note(this.lane, problem ?? "the stream ends");
  }

  async #takeEvents(): Promise<void> {
    for await (const { data } of this.#parser.readable) {
      const state = stateInData(data);
      note(this.lane, state);
      this.states.push(state);
    }
  }
}

export interface Going extends Asking {
  /** Who it is, where there are several. */
  client?: string;
}

/** Asks for a task's stream; the answer's head is claimed, its body is not yet read. */
export async function opened(service: Service, id: string, { client, ...asking }: Going = {}): Promise<StreamClient> {
  const sent = service.send("GET", `/tasks/${id}/stream`, asking);
  const body = await bodyOf(sent);
  return new StreamClient(sent.did, client ?? sent.lane, sent.request, body);
}

async function bodyOf({ did, call }: Sent): Promise<ReadableStream<unknown>> {
  await happens(`the beginning of the answer to ${did}`, () => call.isSettled, {
    about: ABOUT,
    misconception: "answers-at-the-end",
  });
  hasStatus({ did, status: call.value?.status ?? 0, rejection: call.reason, type: "", text: "" }, 200);
  const { headers, body } = responseOf(call, did);
  const type = headers.get("Content-Type") ?? "";
  claim(
    new RegExp(`^${EVENT_STREAM}\\s*(;|$)`).test(type),
    `${did}: expected a Content-Type of ${EVENT_STREAM}, got ${type || "none"}`,
    type.toLowerCase().includes(EVENT_STREAM) ? undefined : "forgets-the-content-type",
    ABOUT,
  );
  claim(body !== null, `${did}: expected a body, got none`, undefined, ABOUT);
  return body as ReadableStream<unknown>;
}

/** Up to now the client has seen `states`, and nothing else. */
export function saw(
  client: StreamClient,
  states: readonly string[],
  when: string,
  tells: Tells<StreamClient> = {},
): void {
  const did = `${client.did}, ${when}`;
  const misconception = Object.entries(tells).find(([, tell]) => typeof tell === "function" && tell(client))?.[0];
  claim(
    client.problem === undefined,
    `${did}: expected a body of bytes, but ${client.problem}`,
    client.problem?.startsWith("a chunk") ? "strings-instead-of-bytes" : misconception,
    ABOUT,
  );
  if (client.states.length === 0 && client.received.trim() !== "" && !client.received.startsWith(":")) {
    const sent = show(client.received);
    claim(false, `${did}: expected events, but no event is complete in ${sent}`, "no-blank-line", ABOUT);
  }
  const marks: Tells<string[]> = {
    "pretty-prints-the-data": (seen) => seen.some((state) => state.startsWith("data that is no JSON: '{'")),
  };
  if (misconception) marks[misconception] = () => true;
  same([...client.states], [...states], `${did}: the states in its events`, marks, ABOUT);
}

/** The stream has come to its end. */
export function hasEnded(client: StreamClient, when: string): void {
  claim(
    client.isOver,
    `${client.did}, ${when}: expected the stream to end, but it stays open`,
    "never-closes-the-stream",
    ABOUT,
  );
}

/** Of what one client leaves behind, how much was there before it came. */
export class Traces {
  readonly #timers = clock.timers.count;

  constructor(readonly service: Service) {}

  /** Nothing is left: no open watch, no listener on the request's signal, no timer. */
  async areGone(request: Request, did: string, tells: Tells<number> = {}): Promise<void> {
    await letSettle();
    const { openWatches } = this.service.queue;
    same(openWatches, 0, `${did}: how many watches are open still`, tells, ABOUT);
    const listeners = listenersOn(request.signal);
    same(listeners, 0, `${did}: listeners left on the request's signal`, { "keeps-listening": () => true }, ABOUT);
    const isKept = clock.timers.referencedCount > this.#timers;
    claim(!isKept, `${did}: expected no timer left, but one still runs`, "leaves-the-ping-running", ABOUT);
    await pass(HOUR_MS);
    const isLeft = clock.timers.count > this.#timers;
    claim(
      !isLeft,
      `${did}: expected no timer left, but an hour later one still runs`,
      "leaves-the-ping-running",
      ABOUT,
    );
  }
}

const HOUR_MS = 3_600_000;

function listenersOn(signal: AbortSignal): number {
  return getEventListeners(signal, "abort").filter((listener) => !FOLLOWING.includes(String(listener))).length;
}

/** What Node itself puts on a signal when a request is made from another: it holds on to nothing. */
const FOLLOWING: readonly string[] = (() => {
  const { signal } = new AbortController();
  void new Request("http://localhost/", { signal });
  return getEventListeners(signal, "abort").map(String);
})();
