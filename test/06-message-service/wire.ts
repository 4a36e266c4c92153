// HTTP as the SDK has it, without a socket: requests, answers, answers that break off, and the time they take.

import { Readable } from "node:stream";
import { cutConnection } from "./trouble.ts";

export interface HttpRequest {
  headers: Record<string, string>;
  body?: unknown;
}

export interface HttpResponse {
  statusCode: number;
  headers: Record<string, string>;
  body: unknown;
}

export function answer(statusCode: number, body: object): HttpResponse {
  return { statusCode, headers: { ...JSON_TYPE }, body: Buffer.from(JSON.stringify(body)) };
}

/** The first half of an answer, and then nothing more. */
export function brokenOff(output: object): HttpResponse {
  const bytes = Buffer.from(JSON.stringify(output));
  let isHalfRead = false;
  const body = new Readable({
    read() {
      if (isHalfRead) this.destroy(cutConnection());
      else this.push(bytes.subarray(0, Math.ceil(bytes.length / 2)));
      isHalfRead = true;
    },
  });
  return { statusCode: 200, headers: { ...JSON_TYPE }, body };
}

const JSON_TYPE = Object.fromEntries([["Content-Type".toLowerCase(), "application/x-amz-json-1.0"]]);

/** Waits, unless `signal` aborts. A turn of the event loop at the least. */
export function delay(ms: number, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const abort = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
      reject(Object.assign(new Error("Request aborted"), { name: "AbortError" }));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener("abort", abort);
      resolve();
    }, ms);
    // On its own account: what a check counts is the timers of the learner's code.
    timer.unref();
    if (signal?.aborted) abort();
    else signal?.addEventListener("abort", abort);
  });
}
