// SQS's JSON protocol: `POST /`, the operation in a header, its parameters as JSON in the body. ("AWS JSON
// protocol" in the Developer Guide; "AWS JSON 1.0" and "AWS query compatible" of Smithy.)

import { randomUUID } from "node:crypto";
import type { SqsEndpoint } from "./endpoint.ts";
import { SqsError } from "./errors.ts";

const TARGET_PREFIX = "AmazonSQS.";

export interface WireRequest {
  /** The header `X-Amz-Target`. */
  readonly target: string | undefined;
  /** UTF-8. */
  readonly body: string | Uint8Array;
  /** Aborts when the client goes away. */
  readonly signal?: AbortSignal | undefined;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Record<string, string>;
  readonly body: string;
}

/** @throws The signal's reason, once it is aborted: nobody is there to be answered. */
export async function answerTo(endpoint: SqsEndpoint, { target, body, signal }: WireRequest): Promise<WireAnswer> {
  try {
    if (!target?.startsWith(TARGET_PREFIX)) {
      throw new SqsError("UnknownOperationException", `Expected a header X-Amz-Target: ${TARGET_PREFIX}<operation>`);
    }
    return written(200, await endpoint.answer(target.slice(TARGET_PREFIX.length), inputIn(body), signal));
  } catch (error) {
    signal?.throwIfAborted();
    return writtenError(error);
  }
}

/** An error that is no `SqsError` is a mistake of this endpoint: the client learns that, and not which. */
export function writtenError(error: unknown): WireAnswer {
  const told = error instanceof SqsError ? error : new SqsError("InternalError", "The endpoint made a mistake.");
  const answer = written(told.status, { __type: `com.amazonaws.sqs#${told.code}`, message: told.message });
  answer.headers["x-amzn-query-error"] = `${told.queryCode};${told.isSenderFault ? "Sender" : "Receiver"}`;
  return answer;
}

function written(status: number, content: object): WireAnswer {
  return {
    status,
    headers: { "content-type": "application/x-amz-json-1.0", "x-amzn-requestid": randomUUID() },
    body: JSON.stringify(content),
  };
}

function inputIn(body: string | Uint8Array): unknown {
  try {
    const text = typeof body === "string" ? body : new TextDecoder("utf-8", { fatal: true }).decode(body);
    return JSON.parse(text, refuseProto);
  } catch {
    throw new SqsError("SerializationException", "Expected the body to be JSON in UTF-8");
  }
}

/** A name that no object can carry like any other: what has it would get lost on its way. */
function refuseProto(key: string, value: unknown): unknown {
  if (key === "__proto__") throw new SyntaxError(key);
  return value;
}
