// The attributes of a queue that its owner sets: CreateQueue and SetQueueAttributes in the API Reference.

import { z } from "zod";
import { SqsError } from "./errors.ts";
import { MOST_BYTES, MOST_DELAY_SECONDS } from "./message-limits.ts";

/** VisibilityTimeout, and all that ChangeMessageVisibility may make of it: 12 hours. */
export const MOST_VISIBILITY_SECONDS = 43_200;

/** WaitTimeSeconds, and the queue's own ReceiveMessageWaitTimeSeconds. */
export const MOST_WAIT_SECONDS = 20;

const NUMBERS = {
  DelaySeconds: { least: 0, most: MOST_DELAY_SECONDS, byDefault: 0 },
  MaximumMessageSize: { least: 1024, most: MOST_BYTES, byDefault: MOST_BYTES },
  MessageRetentionPeriod: { least: 60, most: 1_209_600, byDefault: 345_600 },
  ReceiveMessageWaitTimeSeconds: { least: 0, most: MOST_WAIT_SECONDS, byDefault: 0 },
  VisibilityTimeout: { least: 0, most: MOST_VISIBILITY_SECONDS, byDefault: 30 },
} as const;
type NumberName = keyof typeof NUMBERS;

/** As `GetQueueAttributes` shows it, and as a queue follows it. */
export interface QueueAttributes extends Record<NumberName, number> {
  RedrivePolicy?: RedrivePolicy | undefined;
}

/** "Using dead-letter queues in Amazon SQS" in the Developer Guide. */
const RedrivePolicy = z.object({
  deadLetterTargetArn: z.string(),
  maxReceiveCount: z.coerce.number().int().min(1).max(1000).default(10),
});
export type RedrivePolicy = z.infer<typeof RedrivePolicy>;

export const DEFAULT_ATTRIBUTES: QueueAttributes = {
  DelaySeconds: NUMBERS.DelaySeconds.byDefault,
  MaximumMessageSize: NUMBERS.MaximumMessageSize.byDefault,
  MessageRetentionPeriod: NUMBERS.MessageRetentionPeriod.byDefault,
  ReceiveMessageWaitTimeSeconds: NUMBERS.ReceiveMessageWaitTimeSeconds.byDefault,
  VisibilityTimeout: NUMBERS.VisibilityTimeout.byDefault,
};

/**
 * @param given By name, all as strings, as the protocol has them.
 * @throws {SqsError} For a name that is not known or not settable, or a value out of its limits.
 */
export function attributesIn(given: Record<string, string>): Partial<QueueAttributes> {
  const attributes: Partial<QueueAttributes> = {};
  for (const [name, value] of Object.entries(given)) {
    if (name === "RedrivePolicy") attributes.RedrivePolicy = policyIn(value);
    else if (isNumberName(name)) attributes[name] = numberIn(name, value);
    else if (name === "FifoQueue") throw noFifo();
    else throw new SqsError("InvalidAttributeName", `Unknown Attribute ${name}.`);
  }
  return attributes;
}

/** The settable attributes as strings. */
export function shown(attributes: QueueAttributes): Record<string, string> {
  const { RedrivePolicy, ...numbers } = attributes;
  const strings = Object.fromEntries(Object.entries(numbers).map(([name, value]) => [name, String(value)]));
  return RedrivePolicy ? { ...strings, RedrivePolicy: JSON.stringify(RedrivePolicy) } : strings;
}

export function noFifo(): SqsError {
  return new SqsError("UnsupportedOperation", "This endpoint has standard queues only: FIFO queues are not supported.");
}

function isNumberName(name: string): name is NumberName {
  return Object.hasOwn(NUMBERS, name);
}

function numberIn(name: NumberName, value: string): number {
  const { least, most } = NUMBERS[name];
  const number = /^\d+$/.test(value) ? Number(value) : Number.NaN;
  if (number >= least && number <= most) return number;
  throw new SqsError(
    "InvalidAttributeValue",
    `Invalid value for the parameter ${name}: ${least} to ${most}, got ${value}.`,
  );
}

/** An empty value takes the policy away. */
function policyIn(value: string): RedrivePolicy | undefined {
  if (value === "") return undefined;
  try {
    return RedrivePolicy.parse(JSON.parse(value));
  } catch {
    throw invalidPolicy(value, "Expected JSON with deadLetterTargetArn and maxReceiveCount, 1 to 1000.");
  }
}

export function invalidPolicy(value: string, reason: string): SqsError {
  return new SqsError(
    "InvalidParameterValue",
    `Value ${value} for parameter RedrivePolicy is invalid. Reason: ${reason}`,
  );
}
