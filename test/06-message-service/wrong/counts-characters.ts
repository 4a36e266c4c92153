// Misconception: `length` is the size of a text.
// Way out: It counts UTF-16 units, and SQS counts bytes in UTF-8: é has two, 値 three. `Buffer.byteLength` counts them.
// Stands for: message-service.ts
// Must fail: 06.1 a body over 1 MiB in UTF-8 is answered with 422, and nothing is sent
// Must fail: 06.1 attributes count towards the 1 MiB, with their names

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
    try {
      const sent = await sqs.send(
        new SendMessageCommand({
          QueueUrl: queueUrl,
          MessageBody: body,
          MessageAttributes: Object.fromEntries(
            Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
          ),
        }),
      );
      return c.json({ id: sent.MessageId }, 202);
    } catch {
      return c.json({ error: "The queue does not answer" }, 503);
    }
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
  let bytes = body.length;
  for (const [name, value] of entries) {
    if (!NAME.test(name) || name.length > 256) return `Expected a name that SQS takes, got ${name}`;
    if (typeof value !== "string" || value === "") return `Expected ${name} to be a string that is not empty`;
    if (REFUSED.test(value)) return `Expected ${name} without characters that SQS refuses`;
    bytes += name.length + value.length;
  }
  return bytes > MAX_BYTES ? `Expected at most ${MAX_BYTES} bytes, got ${bytes}` : undefined;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
