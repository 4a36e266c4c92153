// One check at a time: its timeline, the calls it made into the learner's code, and what went wrong
// in the background while it ran.

import { CheckFailure, type FailureDetails, isNotWritten, type Moment, type ScheduleTable } from "./failure.ts";
import { type GivenUp, turn } from "./virtual-time/clock.ts";
import { clock } from "./virtual-time/install.ts";
import { show } from "./words.ts";

interface Noted extends Moment {
  /** Tells calls with the same label apart. */
  readonly call?: number | undefined;
}

const moments: Noted[] = [];
let shownSchedule: ScheduleTable | undefined;
let calls = 0;
const notWritten: Error[] = [];
const unhandled: unknown[] = [];
const uncaught: unknown[] = [];

process.on("unhandledRejection", (reason) => unhandled.push(reason));
process.on("uncaughtException", (error) => uncaught.push(error));

/** Adds a moment to the timeline of the check that is running. */
export function note(lane: string, what: string, call?: number): void {
  moments.push({ atMs: clock.nowMs, lane, what, call });
}

/** Makes `table` what the check shows, and `story` its timeline. */
export function showSchedule(table: ScheduleTable, story: readonly Moment[]): void {
  shownSchedule = table;
  moments.splice(0, moments.length, ...story);
}

/** The schedule that the check shows, if it does. */
export function scheduleShown(): ScheduleTable | undefined {
  return shownSchedule;
}

/** A call into the learner's code, from the moment it is made. A synchronous throw is a rejection. */
export class Call<T> {
  state: "waiting" | "resolved" | "rejected" = "waiting";
  value: T | undefined;
  reason: unknown;
  readonly madeAtMs: number = clock.nowMs;
  settledAtMs: number | undefined;
  readonly about: string;
  readonly #number = calls++;

  constructor(
    readonly label: string,
    make: () => T | PromiseLike<T>,
    readonly isNoted: boolean,
    inWords: (value: T) => string = show,
  ) {
    this.about = label.split("(")[0] ?? label;
    this.#note(() => "called");
    try {
      Promise.resolve(make()).then(
        (value) => {
          this.value = value;
          this.#settle("resolved", () => `resolved to ${inWords(value)}`);
        },
        (reason) => this.#reject(reason),
      );
    } catch (error) {
      this.#reject(error);
    }
  }

  #reject(reason: unknown): void {
    this.reason = reason;
    if (isNotWritten(reason)) notWritten.push(reason);
    this.#settle("rejected", () => `rejected with ${show(reason)}`);
  }

  #settle(state: "resolved" | "rejected", what: () => string): void {
    this.state = state;
    this.settledAtMs = clock.nowMs;
    this.#note(what);
  }

  #note(what: () => string): void {
    if (this.isNoted) note(this.label, what(), this.#number);
  }

  get isSettled(): boolean {
    return this.state !== "waiting";
  }

  /** How long it took, in virtual milliseconds. */
  get tookMs(): number {
    return (this.settledAtMs ?? clock.nowMs) - this.madeAtMs;
  }
}

/**
 * Calls into the learner's code; `label` reads as the learner would write the call, `inWords` says
 * on the timeline what it resolved to.
 */
export function call<T>(label: string, make: () => T | PromiseLike<T>, inWords?: (value: T) => string): Call<T> {
  return new Call(label, make, true, inWords);
}

/** The same for calls by the thousand: it leaves no trace on the timeline. */
export function silentCall<T>(label: string, make: () => T | PromiseLike<T>): Call<T> {
  return new Call(label, make, false);
}

/** Lets everything happen that can happen now; no time passes. */
export async function letSettle(): Promise<void> {
  giveUpUnless(await clock.quiet(), "your code", {});
  surfaceFaults();
}

/** Lets `ms` of virtual time pass. */
export async function pass(ms: number): Promise<void> {
  giveUpUnless(await clock.advance(ms), "your code", {});
  surfaceFaults();
}

/** Lets time pass until `calls` have settled; fails at once when one of them never can. */
export async function settled(...calls: Call<unknown>[]): Promise<void> {
  for (const one of calls) {
    giveUpUnless(await clock.until(() => one.isSettled), one.label, { about: one.about });
  }
  surfaceFaults();
}

/** Lets time pass until `isTrue`. `what` names it in the failure: "the second receiveBatch". */
export async function happens(what: string, isTrue: () => boolean, details: FailureDetails = {}): Promise<void> {
  giveUpUnless(await clock.until(isTrue), what, details, "never comes");
  surfaceFaults();
}

function giveUpUnless(givenUp: GivenUp | undefined, what: string, details: FailureDetails, never = "never ends"): void {
  // An error in the background is the likely reason, and the better thing to say.
  if (givenUp) surfaceFaults();
  if (!givenUp) return;
  const at = `at ${clock.nowMs} ms`;
  const sentence = {
    "nothing can end it": `${what} ${never}: ${at} nothing is running any more, and no timer is set that could wake it`,
    "it spins": `${what} ${never}: ${at} your code goes round and round without letting any time pass`,
    "it polls without end": `${what} ${never}: timers fire again and again, and still it waits`,
  }[givenUp];
  throw new CheckFailure(sentence, details);
}

export function beginCheck(): void {
  clock.reset();
  moments.length = 0;
  shownSchedule = undefined;
  calls = 0;
  notWritten.length = 0;
  unhandled.length = 0;
  uncaught.length = 0;
}

/** Brings to light what went wrong beside the check itself, and leaves nothing running. */
export async function endCheck(): Promise<void> {
  for (let turns = 0; turns < 3; turns++) await turn();
  clock.timers.clearAll();
  surfaceFaults();
}

/** Fails for what went wrong where no caller could catch it: such a check can only fail, so it ends at once. */
function surfaceFaults(): void {
  const found = faultSoFar();
  if (found) throw found;
}

/** What went wrong in this check where no caller could catch it, if anything did. */
export function faultSoFar(): Error | undefined {
  const unwritten = notWritten[0] ?? [...clock.thrown, ...uncaught, ...unhandled].find(isNotWritten);
  if (unwritten) return unwritten;
  if (clock.thrown.length > 0) return fault("your code threw in a timer, where nobody can catch it", clock.thrown[0]);
  if (uncaught.length > 0) return fault("your code threw where nobody can catch it", uncaught[0]);
  if (unhandled.length > 0) return fault("your code left a rejected promise that nobody handles", unhandled[0]);
  return undefined;
}

function fault(sentence: string, cause: unknown): CheckFailure {
  return new CheckFailure(`${sentence}: ${show(cause)}`, { cause });
}

/** The timeline so far; empty where nothing was called. Calls that look alike are numbered. */
export function timeline(): Moment[] {
  const numbers = new Map<string, number[]>();
  for (const { lane, call } of moments) {
    const ofLane = numbers.get(lane) ?? [];
    if (call !== undefined && !ofLane.includes(call)) numbers.set(lane, [...ofLane, call]);
  }
  return moments.map(({ call, ...moment }) => {
    const ofLane = numbers.get(moment.lane) ?? [];
    const isOneOfMany = call !== undefined && ofLane.length > 1;
    return isOneOfMany ? { ...moment, lane: `${moment.lane} #${ofLane.indexOf(call) + 1}` } : moment;
  });
}
