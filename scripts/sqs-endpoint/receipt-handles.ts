// Receipt handles: a receipt of the engine, with the queue and the message that it is of. The engine's own
// would do inside one queue; a client may bring one to another queue, and has to be told.

import { SqsError } from "./errors.ts";

export interface Receipt {
  readonly messageId: string;
  /** The engine's. */
  readonly receipt: string;
}

/** @param queueId Of this very queue: one that was deleted and made anew under its name has another. */
export function handleOf(queueId: string, { messageId, receipt }: Receipt): string {
  return Buffer.from(JSON.stringify([queueId, messageId, receipt])).toString("base64url");
}

/** @throws {SqsError} ReceiptHandleIsInvalid, if it was not made by this queue. */
export function receiptIn(queueId: string, handle: string): Receipt {
  const [ofQueue, messageId, receipt] = partsOf(handle);
  if (ofQueue !== queueId || typeof messageId !== "string" || typeof receipt !== "string") {
    throw new SqsError("ReceiptHandleIsInvalid", `The input receipt handle "${handle}" is not a valid receipt handle.`);
  }
  return { messageId, receipt };
}

function partsOf(handle: string): unknown[] {
  try {
    const parts: unknown = JSON.parse(Buffer.from(handle, "base64url").toString());
    return Array.isArray(parts) ? parts : [];
  } catch {
    return [];
  }
}
