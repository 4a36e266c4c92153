// CreateQueue, GetQueueUrl, ListQueues, DeleteQueue, PurgeQueue, GetQueueAttributes, SetQueueAttributes.

import { z } from "zod";
import { SqsError } from "../errors.ts";
import { between, parsed } from "../parameters.ts";
import type { SqsQueue } from "../queue.ts";
import { shown } from "../queue-attributes.ts";
import type { Queues } from "../queues.ts";

const Strings = z.record(z.string(), z.string());
const OfQueue = z.object({ QueueUrl: z.string() });
const CreateQueue = z.object({ QueueName: z.string(), Attributes: Strings.default({}) });
const GetQueueUrl = z.object({ QueueName: z.string() });
const GetQueueAttributes = OfQueue.extend({ AttributeNames: z.array(z.string()).default([]) });
const SetQueueAttributes = OfQueue.extend({ Attributes: Strings });

const MOST_RESULTS = 1000;
const ListQueues = z.object({
  QueueNamePrefix: z.string().default(""),
  MaxResults: between(1, MOST_RESULTS).optional(),
  NextToken: z.string().optional(),
});

export function createQueue(queues: Queues, input: unknown): object {
  const { QueueName, Attributes } = parsed(CreateQueue, input);
  return { QueueUrl: queues.urlOf(queues.create(QueueName, Attributes)) };
}

export function getQueueUrl(queues: Queues, input: unknown): object {
  return { QueueUrl: queues.urlOf(queues.ofName(parsed(GetQueueUrl, input).QueueName)) };
}

/** In the order of their names. `MaxResults` makes pages of it; the token says after which name to go on. */
export function listQueues(queues: Queues, input: unknown): object {
  const { QueueNamePrefix, MaxResults, NextToken } = parsed(ListQueues, input);
  const after = NextToken === undefined ? "" : Buffer.from(NextToken, "base64url").toString();
  const found = queues.all
    .filter(({ name }) => name.startsWith(QueueNamePrefix) && name > after)
    .sort((a, b) => (a.name < b.name ? -1 : 1));
  const page = found.slice(0, MaxResults ?? MOST_RESULTS);
  const last = page.at(-1);
  if (!last) return {};
  const isCut = MaxResults !== undefined && page.length < found.length;
  return {
    QueueUrls: page.map((queue) => queues.urlOf(queue)),
    NextToken: isCut ? Buffer.from(last.name).toString("base64url") : undefined,
  };
}

export function deleteQueue(queues: Queues, input: unknown): object {
  queues.delete(queues.ofUrl(parsed(OfQueue, input).QueueUrl));
  return {};
}

export async function purgeQueue(queues: Queues, input: unknown): Promise<object> {
  await queues.ofUrl(parsed(OfQueue, input).QueueUrl).purge();
  return {};
}

export function getQueueAttributes(queues: Queues, input: unknown): object {
  const { QueueUrl, AttributeNames } = parsed(GetQueueAttributes, input);
  const all = allAttributes(queues.ofUrl(QueueUrl));
  if (AttributeNames.includes("All")) return { Attributes: all };
  const asked = AttributeNames.map((name) => {
    if (name !== "RedrivePolicy" && !Object.hasOwn(all, name)) {
      throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
    }
    return [name, all[name]] as const;
  });
  return asked.length > 0 ? { Attributes: Object.fromEntries(asked) } : {};
}

export function setQueueAttributes(queues: Queues, input: unknown): object {
  const { QueueUrl, Attributes } = parsed(SetQueueAttributes, input);
  queues.change(queues.ofUrl(QueueUrl), Attributes);
  return {};
}

function allAttributes(queue: SqsQueue): Record<string, string> {
  const { waiting, inFlight, delayed } = queue.counts;
  const seconds = (ms: number) => String(Math.floor(ms / 1000));
  return {
    ...shown(queue.attributes),
    QueueArn: queue.arn,
    CreatedTimestamp: seconds(queue.createdAtMs),
    LastModifiedTimestamp: seconds(queue.modifiedAtMs),
    // Called approximate because SQS is spread over many servers. Here they are exact.
    ApproximateNumberOfMessages: String(waiting),
    ApproximateNumberOfMessagesNotVisible: String(inFlight),
    ApproximateNumberOfMessagesDelayed: String(delayed),
  };
}
