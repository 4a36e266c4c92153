// The HTTP door of a lab: requests go to the learner's app without a server between them. A body is read
// in real time, which no virtual clock sees, so until it is read a request is work off the stage.

import type { Stage } from "../../../scripts/lab/stage.ts";

/** The part of the learner's module that stands at the door. */
export interface App {
  fetch(request: Request): Response | Promise<Response>;
}

/** What a client hears. */
export interface Answer {
  readonly status: number;
  /** "503 Service Unavailable" */
  readonly inWords: string;
  /** `undefined`: there was no door, or it broke. */
  readonly response?: Response;
}

/** The way in where the app is not written yet. */
interface OtherWay<Body> {
  /** "so the tasks go straight to your queue's submit" */
  readonly says: string;
  take(body: Body): unknown;
}

/** So many requests without an answer, and time stands still for none any more: each would hold up the run. */
const MOST_UNANSWERED = 3;

const REASONS: Readonly<Record<number, string>> = {
  202: "Accepted",
  400: "Bad Request",
  404: "Not Found",
  415: "Unsupported Media Type",
  422: "Unprocessable Content",
  429: "Too Many Requests",
  500: "Internal Server Error",
  503: "Service Unavailable",
};

const NOT_WRITTEN = "Not written yet: ";

export class Door<Body extends object> {
  readonly #stage: Stage;
  readonly #path: string;
  readonly #otherWay: OtherWay<Body>;

  /** `undefined`: it is not written, so what comes in takes the other way. */
  #app: App | undefined;

  /** Requests for which time stands still, by when they were made. */
  readonly #underWay = new Map<Promise<unknown>, number>();

  /** @param make Makes the app. */
  constructor(stage: Stage, path: string, make: () => App, otherWay: OtherWay<Body>) {
    this.#stage = stage;
    this.#path = path;
    this.#otherWay = otherWay;
    try {
      this.#app = make();
    } catch (error) {
      if (!isNotWritten(error)) throw error;
      this.#doWithoutApp(error);
    }
  }

  /** Whether there is an app. */
  get isOpen(): boolean {
    return this.#app !== undefined;
  }

  /**
   * A POST of `body`, as JSON. Rejects where not even the other way is written.
   *
   * @param isRead When it resolves, the body is read, and time may pass again before the answer comes.
   */
  async post(body: Body, isRead?: Promise<unknown>): Promise<Answer> {
    if (!this.#app) return this.#taken(body);
    try {
      const answering = posted(this.#stage, this.#app, this.#path, body);
      // Whoever waits for the other of the two is not told of it.
      answering.catch(() => {});
      await this.#withoutTime(isRead ? Promise.race([answering, isRead]) : answering);
      const response = await answering;
      const { status } = response;
      return { status, inWords: `${status} ${REASONS[status] ?? ""}`.trim(), response };
    } catch (error) {
      if (!isNotWritten(error)) return { status: 0, inWords: `nothing: fetch rejected with ${error}` };
      if (this.#app) this.#doWithoutApp(error);
      return this.#taken(body);
    }
  }

  async #taken(body: Body): Promise<Answer> {
    try {
      await this.#otherWay.take(body);
      return { status: 202, inWords: "202 Accepted" };
    } catch (error) {
      if (isNotWritten(error)) throw error;
      return { status: 0, inWords: String(error) };
    }
  }

  /** Lets time stand still until `work` is done, unless this app has kept others waiting. */
  async #withoutTime(work: Promise<unknown>): Promise<void> {
    const { nowMs } = this.#stage;
    const late = [...this.#underWay.values()].filter((sinceMs) => sinceMs < nowMs);
    this.#underWay.set(work, nowMs);
    try {
      await (late.length < MOST_UNANSWERED ? this.#stage.offstage(work) : work);
    } finally {
      this.#underWay.delete(work);
    }
  }

  #doWithoutApp({ message }: Error): void {
    this.#app = undefined;
    const what = message.slice(NOT_WRITTEN.length);
    this.#stage.note({ kind: "says", text: `Not written yet: ${what}. There is no door, ${this.#otherWay.says}.` });
  }
}

/** Whether a part of an exercise has said that it is still to be written. */
export function isNotWritten(error: unknown): error is Error {
  return error instanceof Error && error.message.startsWith(NOT_WRITTEN);
}

/** A POST to `app`, named on the stage. A synchronous throw is a rejection. */
export async function posted(stage: Stage, app: App, path: string, body: object): Promise<Response> {
  const request = new Request(`http://lab${path}`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body),
  });
  return stage.calls(`fetch(POST ${path})`, () => app.fetch(request));
}
