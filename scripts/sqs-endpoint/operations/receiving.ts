// ReceiveMessage.

import { z } from "zod";
import type { MessageAttribute } from "../envelope.ts";
import { SqsError } from "../errors.ts";
import { md5OfAttributes, md5OfBody } from "../md5.ts";
import { between, parsed } from "../parameters.ts";
import type { Received } from "../queue.ts";
import { MOST_VISIBILITY_SECONDS, MOST_WAIT_SECONDS } from "../queue-attributes.ts";
import type { Queues } from "../queues.ts";

const Names = z.array(z.string()).default([]);
const ReceiveMessage = z.object({
  QueueUrl: z.string(),
  MaxNumberOfMessages: between(1, 10, "Must be between 1 and 10, if provided.").default(1),
  WaitTimeSeconds: between(0, MOST_WAIT_SECONDS).optional(),
  VisibilityTimeout: between(0, MOST_VISIBILITY_SECONDS).optional(),
  MessageAttributeNames: Names,
  /** The older name of the next. */
  AttributeNames: Names,
  MessageSystemAttributeNames: Names,
});

/** What SQS itself notes of a message. Those of FIFO queues and of tracing are asked for in vain. */
const SYSTEM_ATTRIBUTES: Record<string, (message: Received) => string | undefined> = {
  ApproximateFirstReceiveTimestamp: ({ firstReceivedAtMs }) => String(firstReceivedAtMs),
  ApproximateReceiveCount: ({ receiveCount }) => String(receiveCount),
  AWSTraceHeader: () => undefined,
  DeadLetterQueueSourceArn: ({ envelope }) => envelope.deadLetterSourceArn,
  MessageDeduplicationId: () => undefined,
  MessageGroupId: () => undefined,
  SenderId: () => "000000000000",
  SentTimestamp: ({ envelope }) => String(envelope.sentAtMs),
  SequenceNumber: () => undefined,
};

export async function receiveMessage(queues: Queues, input: unknown, signal?: AbortSignal): Promise<object> {
  const request = parsed(ReceiveMessage, input);
  const systemNames = [...request.AttributeNames, ...request.MessageSystemAttributeNames];
  const unknown = systemNames.find((name) => name !== "All" && !Object.hasOwn(SYSTEM_ATTRIBUTES, name));
  if (unknown !== undefined) throw new SqsError("InvalidAttributeName", `Unknown Attribute ${unknown}.`);

  const received = await queues.ofUrl(request.QueueUrl).receive({
    maxMessages: request.MaxNumberOfMessages,
    waitSeconds: request.WaitTimeSeconds,
    visibilitySeconds: request.VisibilityTimeout,
    signal,
  });
  if (received.length === 0) return {};
  return { Messages: received.map((one) => shown(one, request.MessageAttributeNames, systemNames)) };
}

function shown(message: Received, names: string[], systemNames: string[]): object {
  const { messageId, body } = message.envelope;
  const attributes = message.envelope.attributes.filter(([name]) => isAskedFor(name, names));
  const system = systemAttributes(message, systemNames);
  return {
    MessageId: messageId,
    ReceiptHandle: message.receiptHandle,
    Body: body,
    MD5OfBody: md5OfBody(body),
    ...(system.length > 0 && { Attributes: Object.fromEntries(system) }),
    ...(attributes.length > 0 && { MessageAttributes: Object.fromEntries<MessageAttribute>(attributes) }),
    // Of those that are returned, not of those that were sent.
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

/** By its name, by a prefix ("order.*" is everything that begins with "order"), or by asking for all. */
function isAskedFor(name: string, names: string[]): boolean {
  return names.some(
    (asked) =>
      asked === name ||
      asked === "All" ||
      asked === "*" ||
      (asked.endsWith(".*") && name.startsWith(asked.slice(0, -2))),
  );
}

function systemAttributes(message: Received, names: string[]): [string, string][] {
  const asked = names.includes("All") ? Object.keys(SYSTEM_ATTRIBUTES) : names;
  return asked.flatMap((name): [string, string][] => {
    const value = SYSTEM_ATTRIBUTES[name]?.(message);
    return value === undefined ? [] : [[name, value]];
  });
}
