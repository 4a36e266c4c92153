// One schedule, run on a new object of the learner's, and held to the specification at every rest.

import { getEventListeners } from "node:events";
import { isNotWritten } from "../failure.ts";
import { faultSoFar } from "../stage.ts";
import { clock } from "../virtual-time/install.ts";
import { CLOCK, type Schedule, type Step } from "./schedule.ts";
import { changedMyMind, type Sight, type Specification, type Subject, type Trial } from "./specification.ts";

/** Where a schedule went wrong. */
export interface Breach {
  readonly schedule: Schedule;
  /** The step after which it showed. */
  readonly at: number;
  readonly seen: Sight;
  /** What the contract allows there; empty where `objection` says what is wrong. */
  readonly allowed: readonly Sight[];
  readonly objection: string | undefined;
  /** What went wrong in the background; it stays for the rest of the check. */
  readonly fault?: Error;
}

/** Everything that was seen of a trial, for the picture of it. */
export interface Seen {
  /** For each step: when it was made, and what was seen at the rest after it, if there was one. */
  readonly steps: { atMs: number; shows: string | undefined }[];
  /** When each call ended: after which step, and how. */
  readonly ends: Map<number, { after: number; atMs: number; outcome: string }>;
}

/** How long to let things settle: one turn is enough for nearly all code, three for all. */
export type Patience = 1 | 3;

export class Explorer<State, Thing> {
  /** What is allowed after each turn, by the state before it: schedules begin alike. */
  readonly #allowedAfter = new Map<State, Map<string, Allowed<State>[]>>();
  readonly #byKey = new Map<string, State>();
  readonly #alike = new Map<State, State>();
  readonly #specification: Specification<State>;
  readonly #subject: Subject<Thing>;
  readonly #looksForListeners: boolean;

  constructor(specification: Specification<State>, subject: Subject<Thing>, looksForListeners: boolean) {
    this.#specification = specification;
    this.#subject = subject;
    this.#looksForListeners = looksForListeners;
  }

  /** Runs `schedule`, alone. @returns Where it broke the contract, or undefined. */
  run(schedule: Schedule, patience: Patience, seen?: Seen): Promise<Breach | undefined> {
    clock.reset();
    return this.#run(schedule, patience, seen);
  }

  /**
   * Runs schedules that let no time pass side by side, each on an object of its own: they share the
   * turns of the event loop, which are what a trial costs. @returns What came of each, in their order.
   */
  runTogether(schedules: readonly Schedule[], patience: Patience): Promise<(Breach | undefined)[]> {
    clock.reset();
    return Promise.all(schedules.map((schedule) => this.#run(schedule, patience)));
  }

  async #run(schedule: Schedule, patience: Patience, seen?: Seen): Promise<Breach | undefined> {
    const subject = this.#subject;
    const calls = new Calls(schedule, this.#looksForListeners);
    let outcomes: Record<number, string> = {};
    let states: State[] = [this.#specification.start];
    let turnBegins = 0;
    let current = 0;
    const thing = subject.make();

    const end = (at: number, ended: { value: unknown } | { reason: unknown }) => {
      if ("reason" in ended && isNotWritten(ended.reason)) calls.unwritten = ended.reason;
      if ("value" in ended) calls.values.set(at, ended.value);
      const step = schedule[at];
      if (!step || !isCall(step, subject)) return;
      const outcome = subject.outcome(step, ended);
      calls.ended.add(at);
      outcomes[at] = outcome;
      seen?.ends.set(at, { after: current, atMs: clock.nowMs, outcome });
    };

    for (let at = 0; at < schedule.length; at++) {
      const step = schedule[at];
      if (!step) break;
      current = at;
      seen?.steps.push({ atMs: clock.nowMs, shows: undefined });
      if (step.call === CLOCK) {
        const givenUp = await clock.advance(step.n ?? 0, patience);
        if (givenUp) return spun(schedule, at, outcomes);
      } else {
        try {
          const result = subject.perform(thing, step, at, calls);
          if (isThenable(result)) {
            result.then(
              (value) => end(at, { value }),
              (reason) => end(at, { reason }),
            );
          } else end(at, { value: result });
        } catch (reason) {
          end(at, { reason });
        }
      }
      const objects = () => subject.objection?.(thing, schedule, calls);
      const atOnce = objects();
      if (atOnce) return { schedule, at, seen: { outcomes, shows: null }, allowed: [], objection: atOnce };
      if (schedule[at + 1]?.sameTurn) continue;

      if (await clock.quiet(patience)) return spun(schedule, at, outcomes);
      if (calls.unwritten) throw calls.unwritten;
      const fault = faultSoFar();
      if (fault) return { schedule, at, seen: { outcomes, shows: null }, allowed: [], objection: fault.message, fault };
      const atRest = objects();
      if (atRest) return { schedule, at, seen: { outcomes, shows: null }, allowed: [], objection: atRest };
      const shows = subject.shows(thing);
      const row = seen?.steps[at];
      if (row) row.shows = shows;
      const leak = this.#looksForListeners ? calls.listenerLeft(schedule, subject) : undefined;
      if (leak) return { schedule, at, seen: { outcomes, shows }, allowed: [], objection: leak };
      const allowed = states.flatMap((state) => this.#after(state, schedule, turnBegins, at));
      const fitting = allowed.filter(({ sight }) => isSame(sight, outcomes, shows));
      if (fitting.length === 0) {
        const sights = new Map(allowed.map(({ sight }) => [JSON.stringify(sight), sight]));
        return { schedule, at, seen: { outcomes, shows }, allowed: [...sights.values()], objection: undefined };
      }
      states =
        fitting.length === 1 && fitting[0] ? [fitting[0].state] : [...new Set(fitting.map(({ state }) => state))];
      outcomes = {};
      turnBegins = at + 1;
    }
    return undefined;
  }

  /** What is allowed after the steps `from` to `to`, all made in one turn. */
  #after(state: State, schedule: Schedule, from: number, to: number): Allowed<State>[] {
    const before = this.#theOne(state);
    const known = this.#allowedAfter.get(before) ?? new Map<string, Allowed<State>[]>();
    this.#allowedAfter.set(before, known);
    let turn = `${from}`;
    for (let at = from; at <= to; at++) {
      const step = schedule[at];
      turn += ` ${step?.call} ${step?.n} ${step?.of}`;
    }
    const found = known.get(turn) ?? this.#allowedIn(state, schedule, from, to);
    known.set(turn, found);
    return found;
  }

  #allowedIn(state: State, schedule: Schedule, from: number, to: number): Allowed<State>[] {
    const { after, rest } = this.#specification;
    let states = [state];
    for (let at = from; at <= to; at++) {
      const step = schedule[at];
      if (step) states = states.flatMap((one) => after(one, step, at));
    }
    return states.flatMap((one) => rest(one));
  }

  /** Of states that are alike always the same one: schedules begin alike, and then nothing is worked out twice. */
  #theOne(state: State): State {
    const known = this.#alike.get(state);
    if (known !== undefined) return known;
    const key = this.#specification.key(state);
    const first = this.#byKey.get(key) ?? state;
    this.#byKey.set(key, first);
    this.#alike.set(state, first);
    return first;
  }
}

interface Allowed<State> {
  readonly state: State;
  readonly sight: Sight;
}

/** The calls of a trial: their signals, and what came of them. */
class Calls implements Trial {
  readonly values = new Map<number, unknown>();
  readonly ended = new Set<number>();
  unwritten: Error | undefined;
  readonly #controllers = new Map<number, AbortController>();

  constructor(schedule: Schedule, everyCallHasASignal: boolean) {
    for (const [at, { call, of }] of schedule.entries()) {
      // A call without options is a case too: most schedules leave them out.
      if (everyCallHasASignal) this.#controllers.set(at, new AbortController());
      else if (call === "abort" && of !== undefined) this.#controllers.set(of, new AbortController());
    }
  }

  signalFor(at: number): AbortSignal | undefined {
    return this.#controllers.get(at)?.signal;
  }

  abort(at: number): void {
    this.#controllers.get(at)?.abort(changedMyMind);
  }

  valueOf(at: number): unknown {
    return this.values.get(at);
  }

  listenerLeft<Thing>(schedule: Schedule, subject: Subject<Thing>): string | undefined {
    for (const [at, { signal }] of this.#controllers) {
      const step = schedule[at];
      if (!step || !this.ended.has(at) || getEventListeners(signal, "abort").length === 0) continue;
      return `${subject.label(step, () => "")} has ended, and its abort listener is still on the signal`;
    }
    return undefined;
  }
}

function spun(schedule: Schedule, at: number, outcomes: Record<number, string>): Breach {
  const objection = "your code goes round and round without letting any time pass";
  return { schedule, at, seen: { outcomes, shows: null }, allowed: [], objection };
}

function isSame(sight: Sight, outcomes: Record<number, string>, shows: string): boolean {
  if (sight.shows !== null && sight.shows !== shows) return false;
  const ids = Object.keys(outcomes);
  return (
    ids.length === Object.keys(sight.outcomes).length &&
    ids.every((id) => outcomes[Number(id)] === sight.outcomes[Number(id)])
  );
}

/** Whether `step` calls the object, and so has an end of its own. */
export function isCall<Thing>({ call }: Step, { events }: Subject<Thing>): boolean {
  return call !== "abort" && call !== CLOCK && !events?.includes(call);
}

function isThenable(result: unknown): result is PromiseLike<unknown> {
  return typeof (result as { then?: unknown } | null | undefined)?.then === "function";
}
