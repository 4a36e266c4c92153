// What a check claims of the learner's code. A claim that does not hold fails with one sentence:
// what was done, what was expected, what was seen.

import { isDeepStrictEqual } from "node:util";
import { CheckFailure } from "./failure.ts";
import type { Call } from "./stage.ts";
import { show } from "./words.ts";

/**
 * What a known misconception looks like from outside: its id (the name of its file in `wrong/`)
 * and the very value that is seen then, or a test for it.
 */
export type Tells<T> = Record<string, T | ((seen: T) => boolean)>;

/** `seen` is `expected`. `did` says what was done: "receiveBatch(2) with a, b, c waiting". */
export function same<T>(seen: T, expected: T, did: string, tells: Tells<T> = {}, about?: string): void {
  if (isEqual(seen, expected)) return;
  throw new CheckFailure(`${did}: expected ${show(expected)}, got ${show(seen)}`, {
    misconception: recognise(seen, tells),
    about: about ?? nameIn(did),
  });
}

/** `call` has resolved, to whatever. */
export function resolved<T>(call: Call<T>, did: string, expected = "it to resolve", misconception?: string): void {
  if (call.state === "resolved") return;
  const seen = call.state === "waiting" ? "but it is still waiting" : `but it rejected with ${show(call.reason)}`;
  throw new CheckFailure(`${did}: expected ${expected}, ${seen}`, {
    about: call.about,
    misconception,
    cause: call.state === "rejected" ? call.reason : undefined,
  });
}

/** `call` has rejected with an error of `type`, or thrown one. */
export function rejectedWithA(
  type: ErrorConstructor,
  call: Call<unknown>,
  did: string,
  tells: Tells<unknown> = {},
): void {
  if (call.state === "rejected" && call.reason instanceof type) return;
  throw new CheckFailure(
    `${did}: expected ${/^[AEIOU]/.test(type.name) ? "an" : "a"} ${type.name}, ${whatCameOf(call)}`,
    {
      about: call.about,
      misconception: call.state === "resolved" ? recognise(call.value, tells) : undefined,
      cause: call.state === "rejected" ? call.reason : undefined,
    },
  );
}

/** `call` has rejected with `reason` itself, not with a copy or a wrapping of it. */
export function rejectedWith(reason: unknown, call: Call<unknown>, did: string, misconception?: string): void {
  if (call.state === "rejected" && Object.is(call.reason, reason)) return;
  throw new CheckFailure(`${did}: expected it to reject with that error, ${whatCameOf(call)}`, {
    about: call.about,
    misconception,
  });
}

/** A claim of any other kind: `sentence` is what the learner is told where it does not hold. */
export function claim(holds: boolean, sentence: string, misconception?: string, about?: string): void {
  if (holds) return;
  throw new CheckFailure(sentence, { misconception, about: about ?? nameIn(sentence) });
}

function whatCameOf(call: Call<unknown>): string {
  if (call.state === "waiting") return "but it is still waiting";
  if (call.state === "resolved") return `but it resolved to ${show(call.value)}`;
  return `but it rejected with ${show(call.reason)}`;
}

/** Arrays are compared by their items, however deep: an array of a class of one's own is an array. */
function isEqual(seen: unknown, expected: unknown): boolean {
  if (!Array.isArray(seen) || !Array.isArray(expected)) return isDeepStrictEqual(seen, expected);
  return seen.length === expected.length && expected.every((item, index) => isEqual(seen[index], item));
}

function recognise<T>(seen: T, tells: Tells<T>): string | undefined {
  const isTold = (tell: Tells<T>[string]) =>
    typeof tell === "function" ? (tell as (seen: T) => boolean)(seen) : isEqual(seen, tell);
  return Object.entries(tells).find(([, tell]) => isTold(tell))?.[0];
}

/** The first call that a sentence names: `receiveBatch` of "receiveBatch(2) with a waiting". */
function nameIn(sentence: string): string | undefined {
  return /([A-Za-z_$][\w$]*)\(/.exec(sentence)?.[1];
}
