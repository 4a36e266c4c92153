// The parameters of a request, as a zod schema wants them, and what SQS says where they are not so.

import { z } from "zod";
import { SqsError } from "./errors.ts";

/** @throws {SqsError} For the first thing that is wrong with `input`. */
export function parsed<Shape extends z.ZodType>(shape: Shape, input: unknown): z.output<Shape> {
  const result = shape.safeParse(input, { reportInput: true });
  if (result.success) return result.data;
  throw refusal(result.error.issues[0]);
}

/** A number with limits. `reason` is the rest of SQS's sentence "Value 11 for parameter … is invalid. Reason: …". */
export function between(least: number, most: number, reason = `Must be >= ${least} and <= ${most}, if provided.`) {
  return z.number().int().min(least, reason).max(most, reason);
}

function refusal(issue: z.core.$ZodIssue | undefined): SqsError {
  const name = issue?.path.join(".") || "(the whole input)";
  if (issue?.code === "too_small" || issue?.code === "too_big") {
    return new SqsError(
      "InvalidParameterValue",
      `Value ${issue.input} for parameter ${name} is invalid. Reason: ${issue.message}`,
    );
  }
  if (issue?.code === "invalid_type" && issue.input === undefined) {
    return new SqsError("MissingParameter", `The request must contain the parameter ${name}.`);
  }
  const expected = issue?.code === "invalid_type" ? `a value of type ${issue.expected}` : "another value";
  return new SqsError("SerializationException", `Expected ${expected} for ${name}`);
}
