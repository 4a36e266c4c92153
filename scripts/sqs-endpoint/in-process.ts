// The SDK's client on an endpoint without a socket between them: new SQSClient({ requestHandler:
// requestHandlerFor(endpoint), … }). Nothing here waits for the network or the real clock, so that it all
// runs where time is virtual.

import type { SqsEndpoint } from "./endpoint.ts";
import { answerTo } from "./wire.ts";

interface Request {
  headers: Record<string, string>;
  body?: unknown;
}

interface Response {
  statusCode: number;
  headers: Record<string, string>;
  body: Uint8Array;
}

/** What the SDK asks of a request handler. */
interface RequestHandler {
  handle(request: Request, options?: { abortSignal?: unknown }): Promise<{ response: Response }>;
  updateHttpClientConfig(): void;
  httpHandlerConfigs(): Record<string, never>;
}

export function requestHandlerFor(endpoint: SqsEndpoint): RequestHandler {
  return {
    handle: async ({ headers, body = "" }, { abortSignal } = {}) => {
      const signal = abortSignal instanceof AbortSignal ? abortSignal : undefined;
      try {
        const answer = await unlessAborted(signal, () =>
          answerTo(endpoint, { target: headers["x-amz-target"], body: asText(body), signal }),
        );
        return {
          response: { statusCode: answer.status, headers: answer.headers, body: new TextEncoder().encode(answer.body) },
        };
      } catch (error) {
        // As the SDK's own handler says it: an error of this name is not tried again.
        if (signal?.aborted)
          throw Object.assign(new Error("Request aborted", { cause: error }), { name: "AbortError" });
        throw error;
      }
    },
    updateHttpClientConfig: () => {},
    httpHandlerConfigs: () => ({}),
  };
}

/** Ends with the signal even where an engine does not listen to it, as a socket would be cut. */
async function unlessAborted<T>(signal: AbortSignal | undefined, act: () => Promise<T>): Promise<T> {
  if (!signal) return act();
  signal.throwIfAborted();
  let cut = () => {};
  const aborted = new Promise<never>((_resolve, reject) => {
    cut = () => reject(signal.reason);
    signal.addEventListener("abort", cut);
  });
  try {
    return await Promise.race([act(), aborted]);
  } finally {
    signal.removeEventListener("abort", cut);
  }
}

function asText(body: unknown): string | Uint8Array {
  return typeof body === "string" || body instanceof Uint8Array ? body : "";
}
