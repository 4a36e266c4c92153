// A message as it lies in the engine, which knows a body and nothing else: everything that SQS keeps
// beside the body travels with it, as one JSON string.

import { z } from "zod";
import { SqsError } from "./errors.ts";

const MessageAttribute = z.object({
  DataType: z.string(),
  StringValue: z.string().optional(),
  /** Base64, as on the wire. */
  BinaryValue: z.string().optional(),
});
export type MessageAttribute = z.infer<typeof MessageAttribute>;

const Envelope = z.object({
  messageId: z.string(),
  body: z.string(),
  /** Pairs, sorted by name. */
  attributes: z.array(z.tuple([z.string(), MessageAttribute])),
  /** The date, in milliseconds since 1970. A move to a dead-letter queue does not change it. */
  sentAtMs: z.number(),
  /** How often it was received from other queues before it was moved to this one. */
  receivesElsewhere: z.number(),
  /** When it was first received, for a message that was moved here. */
  firstReceivedAtMs: z.number().optional(),
  /** The queue that it died in, for a message that was moved here. */
  deadLetterSourceArn: z.string().optional(),
});
export type Envelope = z.infer<typeof Envelope>;

export function sealed(envelope: Envelope): string {
  return JSON.stringify(envelope);
}

/** @throws {SqsError} If the engine gave back another body than it was given. */
export function opened(body: string): Envelope {
  try {
    return Envelope.parse(JSON.parse(body));
  } catch {
    throw new SqsError("InternalError", "The engine delivered a body that was never published to it");
  }
}
