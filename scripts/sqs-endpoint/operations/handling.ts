// What a consumer does with a message that it has received: DeleteMessage, ChangeMessageVisibility, and
// their batches.

import { z } from "zod";
import { answerEach, entriesIn } from "../batches.ts";
import { between, parsed } from "../parameters.ts";
import type { SqsQueue } from "../queue.ts";
import { MOST_VISIBILITY_SECONDS } from "../queue-attributes.ts";
import type { Queues } from "../queues.ts";

const OfQueue = z.object({ QueueUrl: z.string() });
const OfDelivery = z.object({ ReceiptHandle: z.string() });
const Visibility = OfDelivery.extend({ VisibilityTimeout: between(0, MOST_VISIBILITY_SECONDS) });

export function deleteMessage(queues: Queues, input: unknown): object {
  return deleted(queueIn(queues, input), input);
}

export function deleteMessageBatch(queues: Queues, input: unknown): object {
  const queue = queueIn(queues, input);
  return answerEach(entriesIn(input), (entry) => deleted(queue, entry));
}

export function changeMessageVisibility(queues: Queues, input: unknown): object {
  return changed(queueIn(queues, input), input);
}

export function changeMessageVisibilityBatch(queues: Queues, input: unknown): object {
  const queue = queueIn(queues, input);
  return answerEach(entriesIn(input), (entry) => changed(queue, entry));
}

function queueIn(queues: Queues, input: unknown): SqsQueue {
  return queues.ofUrl(parsed(OfQueue, input).QueueUrl);
}

function deleted(queue: SqsQueue, input: unknown): object {
  queue.delete(parsed(OfDelivery, input).ReceiptHandle);
  return {};
}

function changed(queue: SqsQueue, input: unknown): object {
  const { ReceiptHandle, VisibilityTimeout } = parsed(Visibility, input);
  queue.changeVisibility(ReceiptHandle, VisibilityTimeout);
  return {};
}
