// Misconception: 202 means accepted, not done: the answer need not wait for SQS.
// Way out: If SQS fails then, nobody knows, and the message is lost. Answer when SQS has it.
// Stands for: message-service.ts
// Must fail: 06.1 a message is sent to the queue, and answered with 202 and the id that SQS gave it
// Must fail: 06.1 each of many messages gets its own id, also where they come in the same moment
// Must fail: 06.1 the same body twice is two messages
// Must fail: 06.1 it is answered only when SQS has the message
// Must fail: 06.1 attributes are sent as string message attributes, ten at most
// Must fail: 06.1 without attributes, or with none in them, none is sent
// Must fail: 06.1 a body is sent as it is: blanks, line breaks, digits, JSON, any script, symbols beyond U+FFFF
// Must fail: 06.1 a message of exactly 1 MiB is fine, in whatever characters
// Must fail: 06.1 SQS throttles (ThrottlingException): the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS throttles (RequestThrottled): the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS fails with a 503: the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS fails with a 500: the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS denies access: the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS does not know the queue: the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS is not reached: the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 SQS breaks its answer off: the answer is 503, shows nothing of the insides, and the service goes on
// Must fail: 06.1 with the SDK's own connections, to an endpoint on a socket: a message arrives, and a queue out of reach is a 503

import { SendMessageCommand, type SQSClient } from "@aws-sdk/client-sqs";
import { Hono } from "hono";
import { docsRoutes } from "#solution/05-task-service/docs.ts";

export interface MessageServiceOptions {
  sqs: SQSClient;
  queueUrl: string;
}

interface Submission {
  body: string;
  attributes?: Record<string, string>;
}

const MAX_BYTES = 1_048_576;
const MAX_ATTRIBUTES = 10;
const REFUSED = /[^\t\n\r\u{20}-\u{D7FF}\u{E000}-\u{FFFD}\u{10000}-\u{10FFFF}]/u;
const NAME = /^(?!aws\.|amazon\.)[A-Za-z0-9_-]+(\.[A-Za-z0-9_-]+)*$/i;

const openapi = {
  openapi: "3.1.0",
  info: { title: "Message service", version: "1.0.0" },
  paths: {
    "/messages": { post: { responses: { 202: { description: "Accepted" }, 422: { description: "Invalid" } } } },
    "/health": { get: { responses: { 200: { description: "It is up" } } } },
  },
};

export function createMessageService({ sqs, queueUrl }: MessageServiceOptions): {
  fetch(request: Request): Response | Promise<Response>;
} {
  const app = new Hono();

  app.post("/messages", async (c) => {
    const submission = parsed(await c.req.text());
    const problem = problemOf(submission);
    if (problem !== undefined) return c.json({ error: problem }, 422);
    const { body, attributes = {} } = submission as Submission;
    const id = crypto.randomUUID();
    sqs
      .send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
          ),
        }),
      )
      .catch((error) => console.error("not sent", error));
    return c.json({ id }, 202);
  });

  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/openapi.json", (c) => c.json(openapi));
  app.route("/", docsRoutes({ title: "Message service", documentPath: "/openapi.json" }));
  return app;
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function problemOf(submission: unknown): string | undefined {
  if (!isObject(submission)) return "Expected a JSON object";
  const { body, attributes = {} } = submission;
  if (typeof body !== "string" || body === "") return "Expected `body` to be a string that is not empty";
  if (!isObject(attributes)) return "Expected `attributes` to be an object";
  const entries = Object.entries(attributes);
  if (entries.length > MAX_ATTRIBUTES) return `Expected at most ${MAX_ATTRIBUTES} attributes`;
  if (REFUSED.test(body)) return "Expected a body without characters that SQS refuses";
  let bytes = Buffer.byteLength(body);
  for (const [name, value] of entries) {
    if (!NAME.test(name) || name.length > 256) return `Expected a name that SQS takes, got ${name}`;
    if (typeof value !== "string" || value === "") return `Expected ${name} to be a string that is not empty`;
    if (REFUSED.test(value)) return `Expected ${name} without characters that SQS refuses`;
    bytes += Buffer.byteLength(name) + Buffer.byteLength("String") + Buffer.byteLength(value);
  }
  return bytes > MAX_BYTES ? `Expected at most ${MAX_BYTES} bytes, got ${bytes}` : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
