// What an answer of SQS is made of, in lesson 06's lab: errors by their names, batches whose entries fail
// one by one, and requests that are cut.

import {
  BatchEntryIdsNotDistinct,
  EmptyBatchRequest,
  InvalidBatchEntryId,
  MessageNotInflight,
  QueueDoesNotExist,
  ReceiptHandleIsInvalid,
  SQSServiceException,
  TooManyEntriesInBatchRequest,
  UnsupportedOperation,
} from "@aws-sdk/client-sqs";

/** What goes into one request, and what comes with one answer, at most. */
export const MOST_IN_A_BATCH = 10;

const $metadata = {};

interface Entry {
  readonly Id?: string | undefined;
}

/** Each entry of a batch succeeds or fails by itself, and the batch is answered with 200. */
export function each<E extends Entry>(entries: readonly E[] | undefined, act: (entry: E) => object): object {
  const all = checked(entries ?? []);
  const successful: object[] = [];
  const failed: object[] = [];
  for (const entry of all) {
    try {
      successful.push({ Id: entry.Id, ...act(entry) });
    } catch (error) {
      const { name, message } = error as Error;
      failed.push({ Id: entry.Id, Code: name, Message: message, SenderFault: name !== "ServiceUnavailable" });
    }
  }
  return { Successful: successful, Failed: failed };
}

function checked<E extends Entry>(entries: readonly E[]): readonly E[] {
  if (entries.length === 0) throw new EmptyBatchRequest({ message: "There is no entry", $metadata });
  if (entries.length > MOST_IN_A_BATCH) {
    const message = `${entries.length} entries are more than ${MOST_IN_A_BATCH}`;
    throw new TooManyEntriesInBatchRequest({ message, $metadata });
  }
  const ids = entries.map(({ Id = "" }) => Id);
  const bad = ids.find((id) => !/^[\w-]{1,80}$/.test(id));
  if (bad !== undefined) throw new InvalidBatchEntryId({ message: `${bad} is no id of an entry`, $metadata });
  if (new Set(ids).size < ids.length) {
    throw new BatchEntryIdsNotDistinct({ message: "Two entries have one id", $metadata });
  }
  return entries;
}

/** SQS is not there, or this request is lost on its way. */
export function unavailable(): Error {
  const message = "The service is not available";
  return new SQSServiceException({ name: "ServiceUnavailable", message, $fault: "server", $metadata });
}

export function invalid(parameter: string, value: unknown): Error {
  const message = `Value ${value} for parameter ${parameter} is invalid`;
  return new SQSServiceException({ name: "InvalidParameterValue", message, $fault: "client", $metadata });
}

export function noSuchQueue(url: unknown): Error {
  return new QueueDoesNotExist({ message: `There is no queue ${url}`, $metadata });
}

export function noReceipt(): Error {
  return new ReceiptHandleIsInvalid({ message: "This is no receipt handle of this queue", $metadata });
}

export function notInFlight(): Error {
  return new MessageNotInflight({ message: "The message is not in flight", $metadata });
}

export function unsupported(command: object): Error {
  const message = `The SQS of the lab does not know ${command.constructor.name}`;
  return new UnsupportedOperation({ message, $metadata });
}

/** As the SDK says that a request was given up. */
export function aborted(): Error {
  return Object.assign(new Error("Request aborted"), { name: "AbortError" });
}

/** Rejects as soon as `signal` aborts, as a socket would be cut. */
export async function unlessCut<T>(signal: AbortSignal, work: Promise<T>): Promise<T> {
  signal.throwIfAborted();
  let cut = () => {};
  const isCut = new Promise<never>((_resolve, reject) => {
    cut = () => reject(aborted());
    signal.addEventListener("abort", cut);
  });
  try {
    return await Promise.race([work, isCut]);
  } finally {
    signal.removeEventListener("abort", cut);
  }
}
