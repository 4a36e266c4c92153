// Values in words, for the sentences of failures.

import { inspect } from "node:util";

/** `value` as a learner would write it, on one line, cut where it is long. */
export function show(value: unknown): string {
  if (value instanceof Error) {
    const words = value.message ? `${value.name}: ${value.message}` : value.name;
    return words.replace(/\s*\n\s*/g, " ");
  }
  const text = inspect(value, {
    breakLength: Number.POSITIVE_INFINITY,
    compact: true,
    depth: 3,
    maxArrayLength: 12,
    maxStringLength: 60,
  });
  return text.length > 160 ? `${text.slice(0, 157)}…` : text;
}

/** "1 message", "3 messages". */
export function count(number: number, noun: string): string {
  return `${number} ${noun}${number === 1 ? "" : "s"}`;
}
