// A check over schedules: the learner's object is taken through thousands of orders of calls, and what
// it shows is held to what the contract allows. The failure shows the shortest schedule that was found.

import { test } from "vitest";
import { CheckFailure } from "../failure.ts";
import { showSchedule } from "../stage.ts";
import { type Announced, replay, scheduleIn } from "./replay.ts";
import { CLOCK, type Schedule } from "./schedule.ts";
import { cover, type Walks, walks } from "./search.ts";
import { shorten } from "./shorten.ts";
import type { Sight, Specification, Subject } from "./specification.ts";
import { nearest, sentenceOf, storyOf, tableOf } from "./table.ts";
import { type Breach, Explorer, isCall, type Patience, type Seen } from "./trial.ts";

/** The shortest breach that was found, as rules for misconceptions look at it. */
export interface Finding {
  readonly schedule: Schedule;
  readonly seen: Sight;
  /** What comes nearest to it of all that is allowed. */
  readonly expected: Sight;
  /** In words, what was wrong at whatever moment; undefined where `seen` is what is wrong. */
  readonly objection: string | undefined;
  /** Whether the schedule has a call of this name. */
  has(call: string): boolean;
  /** Whether some call of this name was seen with `seen` where `expected` is allowed; undefined: it waits. */
  differs(call: string, seen: RegExp | undefined, expected: RegExp | undefined): boolean;
}

export interface Scope<State, Thing> extends Announced {
  /** Leads the codes of its schedules: letters and digits, unique in the lesson. */
  readonly id: string;
  /** What the schedules are run on: "an AsyncQueue with maxSize 1". */
  readonly on: string;
  readonly specification: Specification<State>;
  /** From every state every pair of next steps is tried, or with 1, every next step. 2 where it is left out. */
  readonly depth?: 1 | 2;
  readonly subject: Subject<Thing>;
  /** The long walks that follow, over a specification that allows more calls. */
  readonly walks?: Walks & { readonly specification: Specification<State> };
  /** Every call gets a signal, and none may be left with a listener once its call has ended. */
  readonly looksForListeners?: boolean;
  /** Whether a schedule that fails is this check's: what fails without what the check is about is another's. */
  readonly isMine?: (schedule: Schedule) => boolean;
  /** The misconception that a finding is the mark of. */
  readonly tells?: (finding: Finding) => string | undefined;
}

declare module "vitest" {
  interface TaskMeta {
    /** What the check explores. */
    schedules?: Announced;
  }
}

/** Failures of other checks that are set aside before this one leaves the matter to them. */
const MOST_OF_OTHERS = 25;
/** Code that needs more than a turn to settle is given it; after so many times, from the start. */
const MOST_FALSE_ALARMS = 3;

/** A check over the schedules of `scope`. */
export function explored<State, Thing>(name: string, scope: Scope<State, Thing>): void {
  test(name, { meta: { schedules: { id: scope.id, calls: scope.calls } } }, () => explore(scope));
}

async function explore<State, Thing>(scope: Scope<State, Thing>): Promise<void> {
  const { specification, subject, isMine = () => true } = scope;
  const explorer = new Explorer(specification, subject, scope.looksForListeners ?? false);
  if (replay.code !== undefined) return runAgain(replay.code, explorer, scope);

  const patiently = (schedule: Schedule) => explorer.run(schedule, 3);
  let patience: Patience = 1;
  let falseAlarms = 0;
  let ofOthers = 0;
  for (const together of inGroups(allSchedules(scope))) {
    for (const alarm of await explorer.runTogether(together, patience)) {
      if (!alarm) continue;
      if (alarm.fault) return fail(alarm, explorer, scope);
      const breach = await patiently(alarm.schedule);
      if (!breach) {
        if (++falseAlarms > MOST_FALSE_ALARMS) patience = 3;
        continue;
      }
      const shortest = await shorten(breach, patiently);
      if (isMine(shortest.schedule)) return fail(shortest, explorer, scope);
      if (++ofOthers > MOST_OF_OTHERS) return;
    }
  }
}

const GROUP = 64;

/** Schedules that let time pass run alone: there is one clock. */
function* inGroups(schedules: Iterable<Schedule>): Generator<Schedule[]> {
  let group: Schedule[] = [];
  for (const schedule of schedules) {
    if (schedule.some(({ call }) => call === CLOCK)) {
      yield [schedule];
      continue;
    }
    group.push(schedule);
    if (group.length < GROUP) continue;
    yield group;
    group = [];
  }
  yield group;
}

/** A schedule that is not this check's cannot be shortened to one that is: it is not even run. */
function* allSchedules<State, Thing>(scope: Scope<State, Thing>): Generator<Schedule> {
  const { specification, depth = 2, walks: wanted, isMine = () => true } = scope;
  yield* cover(specification, depth).filter(isMine);
  if (wanted) yield* walks(wanted.specification, wanted);
}

async function fail<State, Thing>(
  found: Breach,
  explorer: Explorer<State, Thing>,
  scope: Scope<State, Thing>,
): Promise<never> {
  const seen: Seen = { steps: [], ends: new Map() };
  const breach = found.fault ? found : ((await explorer.run(found.schedule, 3, seen)) ?? found);
  const table = tableOf(breach.schedule, seen, breach, scope);
  showSchedule(table, storyOf(table, seen));
  throw new CheckFailure(sentenceOf(breach, scope.on, scope.subject), {
    misconception: scope.tells?.(findingOf(breach)),
    about: aboutOf(breach, scope.subject),
    cause: breach.fault?.cause,
  });
}

/** `--replay CODE`: this schedule, alone, and shown even where nothing is wrong with it. */
async function runAgain<State, Thing>(
  code: string,
  explorer: Explorer<State, Thing>,
  scope: Scope<State, Thing>,
): Promise<void> {
  const schedule = scheduleIn(code, scope.calls);
  if (!schedule) throw new CheckFailure(`the code names no schedule: ${code}`);
  const seen: Seen = { steps: [], ends: new Map() };
  const breach = await explorer.run(schedule, 3, seen);
  if (breach) return fail(breach, explorer, scope);
  const table = tableOf(schedule, seen, undefined, scope);
  showSchedule(table, storyOf(table, seen));
}

/** The call whose end is not what it should be, or the last that was made. */
function aboutOf<Thing>(breach: Breach, subject: Subject<Thing>): string | undefined {
  const expected = nearest(breach);
  const ids = [...Object.keys(breach.seen.outcomes), ...Object.keys(expected.outcomes)].map(Number);
  const wrong = ids.find((id) => breach.seen.outcomes[id] !== expected.outcomes[id]);
  const calls = breach.schedule.filter((step) => isCall(step, subject));
  const call = (wrong === undefined ? calls.at(-1) : breach.schedule[wrong])?.call;
  return call === undefined ? undefined : (subject.method?.(call) ?? call);
}

function findingOf(breach: Breach): Finding {
  const { schedule, seen, objection } = breach;
  const expected = nearest(breach);
  const fits = (outcome: string | undefined, pattern: RegExp | undefined) =>
    pattern === undefined ? outcome === undefined : outcome !== undefined && pattern.test(outcome);
  return {
    schedule,
    seen,
    expected,
    objection,
    has: (call) => schedule.some((step) => step.call === call),
    differs: (call, was, should) =>
      schedule.some(
        (step, at) =>
          step.call === call &&
          seen.outcomes[at] !== expected.outcomes[at] &&
          fits(seen.outcomes[at], was) &&
          fits(expected.outcomes[at], should),
      ),
  };
}
