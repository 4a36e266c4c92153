// A right answer: messages that come in the same turn share a request, and each hears what became of its own entry.
// Stands for: message-service.ts

import { SendMessageBatchCommand, type SendMessageBatchRequestEntry, type SQSClient } from "@aws-sdk/client-sqs";
import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { docsRoutes } from "#solution/05-task-service/docs.ts";
import { MAX_MESSAGE_BYTES, MessageSubmission } from "#solution/06-message-service/models.ts";

export interface MessageServiceOptions {
  sqs: SQSClient;
  queueUrl: string;
}

type Entry = Omit<SendMessageBatchRequestEntry, "Id">;

interface Waiting {
  entry: Entry;
  bytes: number;
  resolve: (id: string) => void;
  reject: (error: unknown) => void;
}

export function createMessageService({ sqs, queueUrl }: MessageServiceOptions): {
  fetch(request: Request): Response | Promise<Response>;
} {
  let waiting: Waiting[] = [];

  /** As many as fit: ten, and 1 MiB together. */
  const takeBatch = (): Waiting[] => {
    let bytes = 0;
    const fitting = waiting.findIndex((one, index) => {
      bytes += one.bytes;
      return index > 0 && (index === 10 || bytes > MAX_MESSAGE_BYTES);
    });
    const batch = fitting === -1 ? waiting : waiting.slice(0, fitting);
    waiting = waiting.slice(batch.length);
    return batch;
  };

  const sendBatch = async (batch: Waiting[]): Promise<void> => {
    const Entries = batch.map(({ entry }, place) => ({ ...entry, Id: `${place}` }));
    try {
      const { Successful } = await sqs.send(new SendMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
      for (const { Id, MessageId = "" } of Successful ?? []) batch[Number(Id)]?.resolve(MessageId);
      for (const { reject } of batch) reject(new Error("refused"));
    } catch (error) {
      for (const { reject } of batch) reject(error);
    }
  };

  const send = (entry: Entry, bytes: number): Promise<string> =>
    new Promise((resolve, reject) => {
      waiting.push({ entry, bytes, resolve, reject });
      setImmediate(() => {
        while (waiting.length > 0) void sendBatch(takeBatch());
      });
    });

  const app = new OpenAPIHono({
    defaultHook: (result, c) => (result.success ? undefined : c.json({ error: result.error.message }, 422)),
  });
  app.onError((_error, c) => c.json({ error: "Expected a body of JSON" }, 422));
  const answers = { 202: { description: "Sent" }, 422: { description: "Invalid" }, 503: { description: "Not now" } };
  const request = { body: { required: true, content: { "application/json": { schema: MessageSubmission } } } };
  app.openapi(createRoute({ method: "post", path: "/messages", request, responses: answers }), async (c) => {
    const { body, attributes = {} } = c.req.valid("json");
    const MessageAttributes = Object.fromEntries(
      Object.entries(attributes).map(([name, StringValue]) => [name, { DataType: "String", StringValue }]),
    );
    try {
      const bytes = Buffer.byteLength(JSON.stringify([body, attributes]));
      return c.json({ id: await send({ MessageBody: body, MessageAttributes }, bytes) }, 202);
    } catch {
      return c.json({ error: "The queue is out of reach" }, 503);
    }
  });
  const up = { 200: { description: "Up", content: { "application/json": { schema: z.object({}) } } } };
  app.openapi(createRoute({ method: "get", path: "/health", responses: up }), (c) => c.json({ status: "ok" }));
  app.doc("/openapi.json", { openapi: "3.0.3", info: { title: "Message service", version: "1.0.0" } });
  app.route("/", docsRoutes({ title: "Message service", documentPath: "/openapi.json" }));
  return app;
}
