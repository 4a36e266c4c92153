// The SDK's client on an endpoint without a socket between them: `new SQSClient(clientSettings(endpoint))`.
// Nothing here waits for the network, a file or the real clock, so that it all runs where time is virtual.

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

/** What a client would otherwise look for in files, whatever else it is told. */
export const SAID_BEFOREHAND = {
  retryMode: "standard",
  useDualstackEndpoint: false,
  useFipsEndpoint: false,
  userAgentAppId: "workbook",
  authSchemePreference: ["aws.auth#sigv4"],
  // It would compare the clocks of both sides: here they are one.
  disableClockSkewCorrection: true,
};

/**
 * All that a client would otherwise look for in `~/.aws/config` and `~/.aws/credentials`: with almost any of
 * these left out, its first request reads both files. Over a socket it is the same without `requestHandler`.
 *
 * The SDK warns of Node 20 when a process makes its first client. Only the environment turns that off:
 * `AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED=true`, set before.
 */
export function clientSettings(endpoint: SqsEndpoint) {
  return {
    requestHandler: requestHandlerFor(endpoint),
    region: "us-east-1",
    endpoint: endpoint.baseUrl,
    credentials: { accessKeyId: "workbook", secretAccessKey: "workbook" },
    // Nothing fails here by chance, so nothing is to be tried again.
    maxAttempts: 1,
    ...SAID_BEFOREHAND,
  };
}

/** In the place of the SDK's own handler, which would open a socket. */
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
