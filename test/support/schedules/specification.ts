// What an exploration needs: what the contract allows, and how to call the learner's object.

import type { Step } from "./schedule.ts";

/** What can be seen of an object when everything has come to rest. */
export interface Sight {
  /** What became of the calls that ended since the last rest, by the index of their step. */
  readonly outcomes: Readonly<Record<number, string>>;
  /** The state beside the calls: "size 1". In a specification, null: the contract leaves it open. */
  readonly shows: string | null;
}

/**
 * A plain, synchronous account of what the contract allows. Where it leaves something open there is
 * more than one state after a step. States are values: a function returns new ones.
 */
export interface Specification<State> {
  readonly start: State;
  /** The steps worth trying in `state` as step number `at`; finitely many states come of them. */
  next(state: State, at: number): Step[];
  /** All states that are allowed once `step` is made as number `at`, the likeliest first. */
  after(state: State, step: Step, at: number): State[];
  /** All states that are allowed when the turn is over, and what is seen in each. */
  rest(state: State): { state: State; sight: Sight }[];
  /** Tells states apart: asked for once for each state that is come to. */
  key(state: State): string;
  /** Tells apart the states from which it is worth to try everything: coarser than `key`. */
  shape(state: State): string;
}

/** The calls of one trial so far. */
export interface Trial {
  /** Signal for the call of step `at`, if the schedule wants one there. */
  signalFor(at: number): AbortSignal | undefined;
  /** Aborts the call of step `at`. */
  abort(at: number): void;
  /** What the call of step `at` resolved to, if it has. */
  valueOf(at: number): unknown;
}

/** How the learner's object is made, called and looked at. */
export interface Subject<Thing> {
  make(): Thing;
  /** Makes the call of `step`. What it returns or throws is what became of it; a promise is waited for. */
  perform(thing: Thing, step: Step, at: number, trial: Trial): unknown;
  /** What became of a call, in the words of the specification. */
  outcome(step: Step, ended: { value: unknown } | { reason: unknown }): string;
  shows(thing: Thing): string;
  /** Steps that are no call of the object, and have no end: what happens around it. Beside "abort" and "clock". */
  readonly events?: readonly string[];
  /** What must never be so, at whatever moment, in words. */
  objection?(thing: Thing, schedule: readonly Step[], trial: Trial): string | undefined;
  /** The method behind a call that has a name of its own in schedules: `get` of "getAborted". */
  method?(call: string): string;
  /** The call as a learner would write it; `name` names the call of an earlier step. */
  label(step: Step, name: (at: number) => string): string;
}

/** The reason of every abort in a schedule: an aborted call rejects with this very object. */
export const changedMyMind = new Error("changed my mind");

export const ABORTED = "✗ aborted";
