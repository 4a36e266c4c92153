// The endpoint on a socket of this machine, and of no other.

import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { SqsEndpoint } from "./endpoint.ts";
import { SqsError } from "./errors.ts";
import { MOST_BYTES } from "./message-limits.ts";
import { answerTo, type WireAnswer, writtenError } from "./wire.ts";

const HOST = "127.0.0.1";

/**
 * The largest batch is 1 MiB of text. In JSON a byte of it may become two (a quote, a line break), and with
 * clients that write everything beyond ASCII as an escape, three; and the names and ids come on top.
 */
const MOST_BODY_BYTES = 3 * MOST_BYTES + 65_536;

/** Clients keep their connections. One that is closed just as it is used again costs them a retry. */
const KEEP_ALIVE_MS = 65_000;

/**
 * Answers on `http://127.0.0.1:port`, until it is closed; then whatever waits is cut off.
 *
 * @param options `port` 0: any that is free.
 * @throws The error of Node's server: `EADDRINUSE` if the port is taken.
 */
export async function listen(
  endpoint: SqsEndpoint,
  { port }: { port: number },
): Promise<{ url: string; close(): Promise<void> }> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS }, (request, response) => {
    answer(endpoint, request, response).catch(() => response.destroy());
  });
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, HOST, resolve);
  });
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;
  endpoint.baseUrl = url;
  return {
    url,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function answer(endpoint: SqsEndpoint, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const gone = new AbortController();
  response.once("close", () => {
    if (!response.writableFinished) gone.abort(new Error("The client has gone away"));
  });
  const { status, headers, body } = await answerOf(endpoint, request, gone.signal);
  response.writeHead(status, headers).end(body);
}

async function answerOf(endpoint: SqsEndpoint, request: IncomingMessage, signal: AbortSignal): Promise<WireAnswer> {
  if (!isForThisMachine(request.headers.host)) {
    return writtenError(
      new SqsError("AccessDeniedException", `This endpoint is reached as ${HOST} or localhost only.`),
    );
  }
  const { method, url } = request;
  if (method === "GET" && url === "/health") {
    return { status: 200, headers: { "content-type": "application/json" }, body: '{"status":"ok"}' };
  }
  if (method !== "POST" || url !== "/") {
    return writtenError(new SqsError("UnknownOperationException", "Expected POST / with an operation of SQS."));
  }
  const body = await bodyOf(request);
  if (!body) return writtenError(new SqsError("RequestEntityTooLarge", `At most ${MOST_BODY_BYTES} bytes.`));
  const target = request.headers["x-amz-target"];
  return answerTo(endpoint, { target: typeof target === "string" ? target : undefined, body, signal });
}

/**
 * A page of another site can have its own name resolve to 127.0.0.1 (DNS rebinding), and its requests then
 * count as requests to itself. They carry its name.
 */
function isForThisMachine(host = ""): boolean {
  return /^(127\.0\.0\.1|localhost)(:\d+)?$/i.test(host);
}

/**
 * Reads a body that is too long to its end without keeping it: a client that is cut off while it sends may
 * never see why.
 *
 * @returns `undefined` if it is too long.
 */
async function bodyOf(request: IncomingMessage): Promise<Uint8Array | undefined> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  for await (const chunk of request as AsyncIterable<Uint8Array>) {
    bytes += chunk.length;
    if (bytes <= MOST_BODY_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  return bytes <= MOST_BODY_BYTES ? Buffer.concat(chunks) : undefined;
}
