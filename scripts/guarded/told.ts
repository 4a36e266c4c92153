// An error as the grader is told of it.

import type { ToldError } from "../grading/protocol.ts";

interface LooseError {
  name?: unknown;
  message?: unknown;
  stack?: unknown;
  cause?: unknown;
  misconception?: unknown;
  about?: unknown;
}

/** `error` is the learner's or a check's own; of a check's, the stack that counts is its cause's. */
export function told(error: unknown, isNotWritten: boolean): ToldError {
  const loose = (typeof error === "object" && error !== null ? error : { message: String(error) }) as LooseError;
  const isCheckFailure = loose.name === "CheckFailure";
  const message = String(loose.message ?? "");
  const name = String(loose.name ?? "Error");
  const cause = loose.cause as LooseError | undefined;
  return {
    message: isCheckFailure || isNotWritten ? message : `your code threw ${name}: ${message}`,
    isNotWritten,
    misconception: text(loose.misconception),
    about: text(loose.about),
    stack: String((isCheckFailure ? cause?.stack : loose.stack) ?? ""),
  };
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : undefined;
}
