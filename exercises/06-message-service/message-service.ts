// Lesson: lessons/06-message-service.md      Check: npm run check 06
//
// A service that takes messages for others must not lose one it has accepted, and must not accept
// one it cannot pass on. The schema of a message is given, in models.ts.

import type { SQSClient } from "@aws-sdk/client-sqs";

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
  // TODO 06.1: A client is told 202 and goes home. What must have happened by then?

  // TODO 06.1: Who decides that a message is invalid: your service, before it asks SQS, or SQS? And what if SQS fails?

  // TODO 06.1: /health, /openapi.json and /docs. The docs, and the answers to errors, are there in lesson 05:
  // import { docsRoutes } from "#solution/05-task-service/docs.ts", and look into middleware.ts beside it.

  throw new Error("Not written yet: createMessageService");
}
