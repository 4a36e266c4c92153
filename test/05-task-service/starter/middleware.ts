// What is the same around every route: counting, logging, and what to say when something went wrong.

import type { Context, ErrorHandler, MiddlewareHandler } from "hono";
import { HTTPException } from "hono/http-exception";
import type { ErrorAnswer, Figures } from "./models.ts";

/** Counts what an app has answered: `app.use(metrics.count)`, before its routes. */
export class Metrics {
  /** Requests answered, errors included: an answer counts from when its body begins. Only `count` adds. */
  #requests = 0;

  /** What they took together, in milliseconds. Only `count` adds. */
  #totalMs = 0;

  readonly count: MiddlewareHandler = async (_c, next) => {
    const startedMs = performance.now();
    await next();
    this.#requests += 1;
    this.#totalMs += performance.now() - startedMs;
  };

  get figures(): Figures {
    return { requests: this.#requests, average_latency_ms: this.#requests === 0 ? 0 : this.#totalMs / this.#requests };
  }
}

type Fetch = (request: Request) => Response | Promise<Response>;

/** `fetch`, with a line on the console for each answer: `POST /tasks 202 3 ms`. */
export function logged(fetch: Fetch): Fetch {
  return async (request) => {
    const startedMs = performance.now();
    const response = await fetch(request);
    const tookMs = Math.round(performance.now() - startedMs);
    console.log(`${request.method} ${new URL(request.url).pathname} ${response.status} ${tookMs} ms`);
    return response;
  };
}

/**
 * For `app.onError`. A request that Hono refuses keeps the status of its {@link HTTPException}. Any
 * other error is ours: it is logged whole, and the client is told nothing about it.
 *
 * A part of an exercise that is "not written yet" is no error: it is passed on to whoever called `fetch`.
 */
export const answerUnexpected: ErrorHandler = (error, c) => {
  if (error.message.startsWith("Not written yet")) throw error;
  if (error instanceof HTTPException) return c.json<ErrorAnswer>({ error: error.message }, error.status);
  // A client that hangs up in the middle of its body is no mistake of ours, and nobody hears the answer.
  if (!c.req.raw.signal.aborted) console.error(error);
  return c.json<ErrorAnswer>({ error: "Internal error" }, 500);
};

/** For `app.notFound`. */
export function answerNotFound(c: Context): Response {
  return c.json<ErrorAnswer>({ error: `No such route: ${c.req.method} ${c.req.path}` }, 404);
}
