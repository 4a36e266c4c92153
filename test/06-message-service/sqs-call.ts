// A call of the SDK as it arrived, and in words.

import type { Message } from "@aws-sdk/client-sqs";

export interface Entry {
  Id?: string;
  ReceiptHandle?: string;
  VisibilityTimeout?: number;
}

export interface Input extends Entry {
  QueueUrl?: string;
  MaxNumberOfMessages?: number;
  WaitTimeSeconds?: number;
  MessageBody?: string;
  MessageAttributes?: Record<string, { DataType?: string; StringValue?: string }>;
  Entries?: (Entry & Input)[];
}

export interface Output {
  Messages?: Message[];
  MessageId?: string;
  Successful?: { Id: string; MessageId?: string }[];
  Failed?: { Id: string; SenderFault: boolean; Code: string; Message: string }[];
  Attributes?: Record<string, string>;
}

/** A call of the SDK that arrived. */
export interface SqsCall {
  readonly operation: string;
  readonly input: Input;
  /** The how manyth of its operation: 1 is the first. */
  readonly number: number;
  readonly atMs: number;
  /** Where it stands among all that happened: `sqs.order` counts on. */
  readonly order: number;
  /** When it was answered, failed or was aborted. */
  endedAtMs?: number;
  /** What the caller got. */
  output?: Output;
  /** What the caller got instead. */
  failure?: unknown;
  wasAborted: boolean;
  readonly signal?: AbortSignal | undefined;
}

/** The entries of a batch, and of a call for one message this one. */
export function entriesOf({ input }: SqsCall): (Entry & Input)[] {
  return input.Entries ?? [input];
}

/** "a, b and c"; a long one is cut. */
export function named(bodies: string[]): string {
  const shown = bodies.map((body) => (body.length > 20 ? `${body.slice(0, 17)}…` : body));
  const [last = "nothing"] = shown.slice(-1);
  if (shown.length > 12) return `${shown.slice(0, 3).join(", ")} … ${last} (${shown.length})`;
  return shown.length < 2 ? last : `${shown.slice(0, -1).join(", ")} and ${last}`;
}

/** A call as it arrives, for the timeline. `bodies` are those that it is about. */
export function asked(call: SqsCall, bodies: string[]): string {
  const { operation, input } = call;
  if (operation === "ReceiveMessage") {
    return `asks for ${input.MaxNumberOfMessages ?? "1 (by default)"}, waits up to ${input.WaitTimeSeconds ?? 0} s`;
  }
  if (operation === "SendMessage") return `sends ${named([input.MessageBody ?? ""])}`;
  if (operation === "SendMessageBatch")
    return `sends ${named(entriesOf(call).map((entry) => entry.MessageBody ?? ""))}`;
  if (operation.startsWith("ChangeMessageVisibility")) {
    const [{ VisibilityTimeout } = {}] = entriesOf(call);
    return `of ${named(bodies)} to ${VisibilityTimeout} s`;
  }
  if (operation.startsWith("DeleteMessage")) return `of ${named(bodies)}`;
  return "is asked for";
}

/** What came of it. */
export function answered({ operation, output = {} }: SqsCall): string {
  if (operation === "ReceiveMessage") {
    const bodies = (output.Messages ?? []).map(({ Body = "" }) => Body);
    return bodies.length === 0 ? "brings nothing" : `brings ${named(bodies)}`;
  }
  if (output.Failed && output.Failed.length > 0) return `${output.Failed.length} of its entries failed`;
  return "is done";
}

/** Where it stands on the timeline. */
export function laneOf({ operation, number }: SqsCall): string {
  const lanes: Record<string, string> = {
    ReceiveMessage: "receive",
    DeleteMessage: "delete",
    DeleteMessageBatch: "delete batch",
    SendMessage: "send",
    SendMessageBatch: "send batch",
    ChangeMessageVisibility: "extend",
    ChangeMessageVisibilityBatch: "extend batch",
  };
  return `${lanes[operation] ?? operation} ${number}`;
}
