// What can go wrong between a client and SQS, and how an error is said in a sentence.

import { show } from "../support/words.ts";

/** An error that SQS answers with. */
export interface SqsFault {
  status: number;
  code: string;
  message: string;
}

/** What goes wrong with one call. */
export interface Trouble {
  /** How long it takes, the way there and the way back together. */
  latencyMs?: number;
  /** SQS refuses it, or the connection is cut before it has reached SQS. */
  fails?: SqsFault | "connection cut";
  /** SQS does what was asked, and the connection is cut in the middle of the answer. */
  isCutShort?: boolean;
  /** Of a receive: it brings no more than that many, however many wait. */
  most?: number;
  /** Of a receive: a moment too late to be cut short, it brings its messages although it was aborted. */
  comesInSpiteOfAbort?: boolean;
  /** Of a batch: the entries that SQS reports as failed, by their body. */
  failedEntries?: (body: string) => boolean;
}

/** What no client of a service must ever read. */
export const SECRET = "read ECONNRESET 10.20.30.40:9324";

/** By what a request comes to. */
export const FAULTS: Record<string, Trouble> = {
  "is throttled": { fails: { status: 400, code: "ThrottlingException", message: "Rate exceeded" } },
  "is throttled (RequestThrottled)": {
    fails: { status: 400, code: "RequestThrottled", message: "Request is throttled." },
  },
  "fails with a 503": {
    fails: { status: 503, code: "ServiceUnavailable", message: "Please reduce your request rate." },
  },
  "fails with a 500": { fails: { status: 500, code: "InternalError", message: "We encountered an internal error." } },
  "has its connection cut": { fails: "connection cut" },
  "has its connection cut in the middle of the answer": { isCutShort: true },
};
export const SERVER_ERROR: SqsFault = {
  status: 500,
  code: "InternalError",
  message: "We encountered an internal error.",
};

/** A fault on its way to the answer. */
export class Fault extends Error {
  constructor(readonly fault: SqsFault) {
    super(fault.message);
  }
}

/** What SQS answers with, where `error` is something that SQS answers with. */
export function faultIn(error: unknown): SqsFault | undefined {
  if (error instanceof Fault) return error.fault;
  const { name, code, status, message } = error as { name?: string; code: string; status: number; message: string };
  return name === "SqsError" ? { status, code, message } : undefined;
}

/** An error on one line: some of the SDK's have a line break in their text, and a stack is no part of a sentence. */
export function inOneLine(error: unknown): string {
  const [text = ""] = show(error).split(/\n\s*at /);
  return text.replace(/\s+/g, " ");
}

export function cutConnection(): Error {
  return Object.assign(new Error(SECRET), { code: "ECONNRESET", errno: -104, syscall: "read" });
}
