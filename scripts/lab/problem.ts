// Why a run ended early, in one sentence each, in the learner's terms.

import type { Calling } from "./heartbeat.ts";

export interface Problem {
  readonly text: string;
  readonly kind: "todo" | "failed" | "stopped";
}

const NOT_WRITTEN = "Not written yet: ";

/** What the learner's code threw, or rejected with while nobody was listening. */
export function thrown(error: unknown, atMs: number): Problem {
  const { name, message } = nameAndMessage(error);
  if (message.startsWith(NOT_WRITTEN)) {
    return { text: notWritten(message.slice(NOT_WRITTEN.length).trim()), kind: "todo" };
  }
  const said = message === "" ? name : `${name}: ${message}`;
  return { text: `At ${seconds(atMs)} the code threw ${asSentence(said)}`, kind: "failed" };
}

/** A module whose top level throws, or that is not even JavaScript. */
export function doesNotLoad(error: unknown): Problem {
  const { message } = nameAndMessage(error);
  if (message.startsWith(NOT_WRITTEN)) return thrown(error, 0);
  const [, builtin, missing] = /\/node\/([\w-]+)\.ts.* named '(\w+)'/.exec(message) ?? [];
  if (missing !== undefined) {
    const text = `The lab runs in the browser, and \`${missing}\` of node:${builtin?.replace("-", "/")} is not there.`;
    return { text, kind: "stopped" };
  }
  // What a browser says of a file that could not be compiled names its address and no reason.
  const why = /dynamically imported module/.test(message)
    ? "it, or a file that it imports, cannot be compiled"
    : message;
  return { text: `Your file does not load: ${asSentence(why)} The verdict says more.`, kind: "stopped" };
}

/** `limitMs`: of real time; 0 where it was known at once. */
export function neverLoads(limitMs: number): Problem {
  const why = limitMs === 0 ? "the run could not be started" : `it had not ended after ${limitMs / 1000} s`;
  return { text: `Your file does not load: ${why}. The verdict says more.`, kind: "stopped" };
}

/** Callbacks without end that take no time: `setImmediate`, or timers of 0 ms that are set while time stands still. */
export function spins(atMs: number, calling: Calling | null): Problem {
  const text = `At ${seconds(atMs)} the code went round thousands of times and no time passed${lastCall(calling)}. It was stopped. Does a loop wait with \`setImmediate\` for something that does not come?`;
  return { text, kind: "stopped" };
}

export function pollsWithoutEnd(timers: number, atMs: number, calling: Calling | null): Problem {
  const text = `By ${seconds(atMs)} ${timers.toLocaleString("en")} timers had fired${lastCall(calling)}. The run was stopped. Does a loop look again and again, where it could be woken?`;
  return { text, kind: "stopped" };
}

/** Code that does not let go of the only thread. `silentMs`: of real time. */
export function neverReturns(atMs: number, silentMs: number, calling: Calling | null): Problem {
  const call = calling ? `${named(calling)},` : `What the code did at ${seconds(atMs)}`;
  const silence = silentMs < 1000 ? `${silentMs} ms` : `${silentMs / 1000} s`;
  const text = `${call} has not come back for ${silence}: it was stopped. Is there a loop without an \`await\`, or one that awaits what is there already?`;
  return { text, kind: "stopped" };
}

export function tooMuchHappens(events: number, atMs: number): Problem {
  const text = `By ${seconds(atMs)} ${events.toLocaleString("en")} things had happened, more than any lab has room for: it was stopped.`;
  return { text, kind: "stopped" };
}

function lastCall(calling: Calling | null): string {
  return calling ? ` after ${named(calling)}` : "";
}

/** "`receive()`, called by Bob at 2.3 s" */
function named({ what, atMs }: Calling): string {
  const [, by, call] = /^([^:()]+): (.+)$/.exec(what) ?? [];
  return call === undefined
    ? `\`${what}\`, called at ${seconds(atMs)}`
    : `\`${call}\`, called by ${by} at ${seconds(atMs)}`;
}

/** Starters say "receive", "GET /tasks", "the constructor". */
function notWritten(what: string): string {
  return what.startsWith("the ") ? `The ${what.slice(4)} is not written yet.` : `\`${what}\` is not written yet.`;
}

function nameAndMessage(error: unknown): { name: string; message: string } {
  if (typeof error !== "object" || error === null) return { name: "a value", message: String(error) };
  const { name, message } = error as { name?: unknown; message?: unknown };
  return { name: String(name ?? "an error"), message: String(message ?? "").split("\n")[0] ?? "" };
}

function asSentence(text: string): string {
  return /[.?]$/.test(text) ? text : `${text}.`;
}

export function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
