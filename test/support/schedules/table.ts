// A breach in words and as a table: what was called, what was seen, what is allowed.

import type { Moment, ScheduleTable } from "../failure.ts";
import { replayCode } from "./replay.ts";
import { CLOCK, type Schedule } from "./schedule.ts";
import type { Sight, Subject } from "./specification.ts";
import { type Breach, isCall, type Seen } from "./trial.ts";

/** Names the calls of a schedule: "get #2" where there is more than one get, "get" where there is one. */
function namesIn<Thing>(schedule: Schedule, subject: Subject<Thing>): (at: number) => string {
  const named = new Map<string, number[]>();
  const methods = schedule.map(({ call }) => subject.method?.(call) ?? call);
  for (const [at, method] of methods.entries()) named.set(method, [...(named.get(method) ?? []), at]);
  return (at) => {
    const call = methods[at] ?? "";
    const alike = named.get(call) ?? [];
    return alike.length > 1 ? `${call} #${alike.indexOf(at) + 1}` : call;
  };
}

/** "get #2 waits", "put → done", "get #1 ✗ aborted" */
function endInWords(name: string, outcome: string | undefined): string {
  if (outcome === undefined) return `${name} waits`;
  return outcome.startsWith("✗") ? `${name} ${outcome}` : `${name} → ${outcome}`;
}

/** A sight in words, over the calls `ids`. */
function sightInWords({ outcomes, shows }: Sight, ids: readonly number[], name: (at: number) => string): string {
  const calls = ids.map((id) => endInWords(name(id), outcomes[id]));
  return [...calls, ...(shows === null ? [] : [shows])].join(", ");
}

/** Of what is allowed, what comes nearest to what was seen. */
export function nearest({ seen, allowed }: Breach): Sight {
  const distance = ({ outcomes, shows }: Sight) =>
    idsOf([seen.outcomes, outcomes]).filter((id) => seen.outcomes[id] !== outcomes[id]).length +
    (shows === seen.shows ? 0 : 0.5);
  return [...allowed].sort((a, b) => distance(a) - distance(b))[0] ?? seen;
}

function idsOf(outcomes: Sight["outcomes"][]): number[] {
  return [...new Set(outcomes.flatMap((one) => Object.keys(one)).map(Number))].sort((a, b) => a - b);
}

/** What was done, what was expected, what was seen: the sentence of a failure. */
export function sentenceOf<Thing>(breach: Breach, on: string, subject: Subject<Thing>): string {
  const { schedule, seen, objection } = breach;
  const name = namesIn(schedule, subject);
  const did = `${on}: ${stepsInWords(schedule, subject, name)}`;
  if (objection) return `${did}: ${objection}`;
  const expected = nearest(breach);
  const differing = idsOf([expected.outcomes, seen.outcomes]).filter(
    (id) => expected.outcomes[id] !== seen.outcomes[id],
  );
  const isShowsWrong = expected.shows !== null && expected.shows !== seen.shows;
  const inWords = (sight: Sight) =>
    sightInWords({ outcomes: sight.outcomes, shows: isShowsWrong ? sight.shows : null }, differing, name);
  return `${did}: expected ${inWords(expected)}, got ${inWords(seen)}`;
}

/** More steps than this are for the table alone. */
const MOST_STEPS_IN_WORDS = 7;

function stepsInWords<Thing>(schedule: Schedule, subject: Subject<Thing>, name: (at: number) => string): string {
  const last = schedule.at(-1);
  if (schedule.length > MOST_STEPS_IN_WORDS && last) {
    return `after ${schedule.length} steps, the last of them ${subject.label(last, name)}`;
  }
  return schedule
    .map((step, at) => `${at === 0 ? "" : step.sameTurn ? " and in the same turn " : ", "}${labelled(step, at)}`)
    .join("");
  function labelled(step: Schedule[number], at: number): string {
    const label = subject.label(step, name);
    const method = subject.method?.(step.call) ?? step.call;
    return name(at).includes("#") && step.call !== CLOCK ? label.replace(method, name(at)) : label;
  }
}

/** The table of a trial; `breach` is what broke in it, if anything did. */
export function tableOf<Thing>(
  schedule: Schedule,
  seen: Seen,
  breach: Breach | undefined,
  scope: { id: string; on: string; subject: Subject<Thing> },
): ScheduleTable {
  const name = namesIn(schedule, scope.subject);
  const rows = seen.steps.map(({ atMs, shows }, at) => ({
    step: at + 1,
    atMs,
    does: schedule[at] ? scope.subject.label(schedule[at], name) : "",
    sameTurn: schedule[at]?.sameTurn === true,
    shows: shows ?? null,
  }));
  const lanes = schedule.flatMap((step, at) => {
    if (!isCall(step, scope.subject) || at >= rows.length) return [];
    const end = seen.ends.get(at);
    return [{ name: name(at), from: at + 1, to: end ? end.after + 1 : null, outcome: end?.outcome ?? null }];
  });
  const ids = breach ? idsOf([breach.seen.outcomes, ...breach.allowed.map(({ outcomes }) => outcomes)]) : [];
  return {
    code: replayCode(scope.id, schedule),
    on: scope.on,
    rows,
    lanes,
    broke: breach ? breach.at + 1 : null,
    seen: breach ? (breach.objection ?? sightInWords(breach.seen, ids, name)) : "",
    allowed: breach ? breach.allowed.map((sight) => sightInWords(sight, ids, name)) : [],
  };
}

/** The same as a list of moments, in the order in which they happened. */
export function storyOf({ rows, lanes }: ScheduleTable, timed: Seen): Moment[] {
  return rows.flatMap(({ step, atMs, does, shows }): Moment[] => {
    const own = lanes.find(({ from }) => from === step);
    const ends = lanes.filter(({ to }) => to === step);
    return [
      { atMs, lane: own?.name ?? "you", what: own ? `called: ${does}` : does, step },
      ...ends.map(({ name, outcome, from }) => ({
        atMs: timed.ends.get(from - 1)?.atMs ?? atMs,
        lane: name,
        what: outcome?.startsWith("✗") ? outcome : `→ ${outcome}`,
        step,
      })),
      ...(shows === null ? [] : [{ atMs, lane: "at rest", what: shows, step }]),
    ];
  });
}
