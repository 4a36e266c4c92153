// Lesson: lessons/06-message-service.md      Check: npm run check 06 -- --solution
//
// One idea: 202 is a promise to the client, so it is said when SQS has the message, and not before.
// What SQS would refuse is refused here, with a sentence; what SQS fails at is not the client's business.

import type { SQSClient } from "@aws-sdk/client-sqs";
import { InvalidMessageContents, SendMessageCommand } from "@aws-sdk/client-sqs";
import { createRoute, OpenAPIHono, type z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
// What is the same in every service is that of lesson 05.
import { docsRoutes } from "#solution/05-task-service/docs.ts";
import { answerNotFound, answerUnexpected } from "#solution/05-task-service/middleware.ts";
import { ErrorAnswer, Health } from "#solution/05-task-service/models.ts";
import { AcceptedMessage, ATTRIBUTE_TYPE, MAX_MESSAGE_BYTES, MessageSubmission } from "./models.ts";

/** JSON may write a character of one byte as six, `\u0041`. A client that sends more is not read to the end. */
const MAX_BODY_BYTES = 6 * MAX_MESSAGE_BYTES + 64 * 1024;

/** How long SQS may take for one message, tries of the SDK included. No client waits for ever. */
const SEND_WITHIN_MS = 10_000;

/** How soon a client may try again when SQS has failed, in seconds. */
const RETRY_AFTER_SECONDS = "5";

export interface MessageServiceOptions {
  /** The client for all requests to SQS. */
  sqs: SQSClient;

  /** The queue that the messages are sent to. */
  queueUrl: string;
}

/**
 * The service: `POST /messages`, `/health`, `/openapi.json` and `/docs`.
 *
 * A message is accepted when SQS has it. Every error is answered with JSON, `{ "error": "…" }`: 422
 * for a message that SQS would refuse, which is not sent, and 503 when SQS fails. A client that gets
 * a 503 may send its message again, and it may then be in the queue twice.
 */
export function createMessageService(options: MessageServiceOptions): {
  fetch(request: Request): Response | Promise<Response>;
} {
  const { sqs, queueUrl } = options;
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (!result.success) return c.json<ErrorAnswer>({ error: whatIsWrong(result.error) }, 422);
    },
  });
  app.notFound(answerNotFound);
  app.onError((error, c) => {
    // Hono's own word for a body that is no JSON: no schema has seen it.
    const isBadJson = error instanceof HTTPException && error.status === 400;
    return isBadJson ? c.json<ErrorAnswer>({ error: "Expected a body of JSON" }, 422) : answerUnexpected(error, c);
  });

  app.openapi(sendMessage, async (c) => {
    const { body, attributes = {} } = c.req.valid("json");
    const sending = new SendMessageCommand({
      QueueUrl: queueUrl,
      MessageBody: body,
      // `fromEntries` makes a property of each name. An assignment to `__proto__` would not.
      MessageAttributes: Object.fromEntries(
        Object.entries(attributes).map(([name, value]) => [name, { DataType: ATTRIBUTE_TYPE, StringValue: value }]),
      ),
    });
    try {
      const { MessageId = "" } = await sqs.send(sending, { abortSignal: AbortSignal.timeout(SEND_WITHIN_MS) });
      return c.json({ id: MessageId }, 202);
    } catch (error) {
      // Then SQS knows a rule that `models.ts` does not. It is about the message, so trying again is no use.
      if (error instanceof InvalidMessageContents) return c.json({ error: "SQS refuses this message" }, 422);
      console.error(`SQS has not taken a message: ${error}`);
      const headers = { "retry-after": RETRY_AFTER_SECONDS };
      return c.json({ error: "The queue takes no messages now, try again later" }, 503, headers);
    }
  });
  app.openapi(health, (c) => c.json({ status: "ok" as const }, 200));
  app.doc("/openapi.json", { openapi: "3.0.3", info: { title: "Message service", version: "1.0.0" } });
  app.route("/", docsRoutes({ title: "Message service", documentPath: "/openapi.json" }));
  return app;
}

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});

const sendMessage = createRoute({
  method: "post",
  path: "/messages",
  summary: "Send a message to the queue",
  middleware: bodyLimit({
    maxSize: MAX_BODY_BYTES,
    // Not 413: a message that is too large is answered in the same way, however it was written.
    onError: (c) => c.json<ErrorAnswer>({ error: `Expected a message of at most ${MAX_MESSAGE_BYTES} bytes` }, 422),
  }),
  request: { body: { required: true, content: { "application/json": { schema: MessageSubmission } } } },
  responses: {
    202: json("The queue has the message", AcceptedMessage),
    415: json("The body is of another type than JSON", ErrorAnswer),
    422: json("The body is no message that SQS takes", ErrorAnswer),
    503: json("SQS has failed", ErrorAnswer),
  },
});

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the service is up",
  responses: { 200: json("It is", Health) },
});

/** One sentence: `attributes.shop: Expected at least one character`. */
function whatIsWrong({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => (path.length === 0 ? message : `${path.join(".")}: ${message}`)).join("; ");
}
