// SendMessage, SendMessageBatch.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { answerEach, entriesIn } from "../batches.ts";
import type { MessageAttribute } from "../envelope.ts";
import { SqsError } from "../errors.ts";
import { md5OfAttributes, md5OfBody } from "../md5.ts";
import {
  checkBody,
  checkedAttributes,
  checkSize,
  MessageAttributeInput,
  MOST_BYTES,
  MOST_DELAY_SECONDS,
  sizeOf,
} from "../message-limits.ts";
import { between, parsed } from "../parameters.ts";
import type { SqsQueue } from "../queue.ts";
import type { Queues } from "../queues.ts";

const OfQueue = z.object({ QueueUrl: z.string() });
const Message = z.object({
  MessageBody: z.string(),
  DelaySeconds: between(0, MOST_DELAY_SECONDS, `DelaySeconds must be >= 0 and <= ${MOST_DELAY_SECONDS}.`).optional(),
  MessageAttributes: z.record(z.string(), MessageAttributeInput).default({}),
  MessageSystemAttributes: z.unknown().optional(),
  MessageGroupId: z.unknown().optional(),
  MessageDeduplicationId: z.unknown().optional(),
});

export function sendMessage(queues: Queues, input: unknown): object {
  return sent(queues.ofUrl(parsed(OfQueue, input).QueueUrl), input);
}

export function sendMessageBatch(queues: Queues, input: unknown): object {
  const queue = queues.ofUrl(parsed(OfQueue, input).QueueUrl);
  const entries = entriesIn(input);
  const bytes = entries.reduce((sum, entry) => sum + bytesOf(entry), 0);
  if (bytes > MOST_BYTES) {
    throw new SqsError(
      "BatchRequestTooLong",
      `Batch requests cannot be longer than ${MOST_BYTES} bytes. You have sent ${bytes} bytes.`,
    );
  }
  return answerEach(entries, (entry) => sent(queue, entry));
}

function sent(queue: SqsQueue, input: unknown): object {
  const message = parsed(Message, input);
  refuseUnsupported(message);
  const { MessageBody: body, MessageAttributes, DelaySeconds } = message;
  checkBody(body);
  const attributes = checkedAttributes(MessageAttributes);
  checkSize(sizeOf(body, attributes), queue.attributes.MaximumMessageSize);

  const messageId = randomUUID();
  queue.send({ messageId, body, attributes, sentAtMs: Date.now(), receivesElsewhere: 0 }, DelaySeconds);
  return {
    MessageId: messageId,
    MD5OfMessageBody: md5OfBody(body),
    MD5OfMessageAttributes: md5OfAttributes(attributes),
  };
}

/** Rather a refusal than a message that has lost something on its way. */
function refuseUnsupported(message: z.infer<typeof Message>): void {
  for (const name of ["MessageSystemAttributes", "MessageGroupId", "MessageDeduplicationId"] as const) {
    if (message[name] !== undefined) throw new SqsError("UnsupportedOperation", `This endpoint has no ${name}.`);
  }
}

/** Of an entry that may yet be refused by itself: what cannot be counted counts nothing. */
function bytesOf(entry: unknown): number {
  const { data } = Message.safeParse(entry);
  if (!data) return 0;
  const attributes = Object.entries(data.MessageAttributes);
  return sizeOf(
    data.MessageBody,
    attributes.map(([name, { DataType = "", ...value }]): [string, MessageAttribute] => [name, { DataType, ...value }]),
  );
}
