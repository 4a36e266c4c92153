// `node:util` in the worker.

import { formatted, shown } from "../../shown.ts";

type Callback = (error: unknown, value?: unknown) => void;

const custom = Symbol.for("nodejs.util.promisify.custom");

/** Turns a function that ends with a callback into one that returns a promise. */
export function promisify(work: (...values: unknown[]) => unknown): (...values: unknown[]) => Promise<unknown> {
  const own = (work as { [custom]?: (...values: unknown[]) => Promise<unknown> })[custom];
  if (own) return own;
  return (...values) =>
    new Promise((resolve, reject) => {
      const done: Callback = (error, value) => (error ? reject(error) : resolve(value));
      work(...values, done);
    });
}
promisify.custom = custom;

export const inspect: (value: unknown) => string = Object.assign((value: unknown) => shown(value, 1), {
  custom: Symbol.for("nodejs.util.inspect.custom"),
});

export const format: (...values: unknown[]) => string = formatted;

/** Text in colour is text here. */
export const styleText = (_style: unknown, text: string): string => text;

export default { promisify, inspect, format, styleText };
