// Which known mistake a finding of the schedules is the mark of. Each rule looks at the shortest
// schedule that fails: what was seen, and what comes nearest of what is allowed. A wrong name is worse
// than none, so a rule asks for everything that tells its mistake from its neighbours.

import type { Finding } from "../support/schedules/explore.ts";
import type { Sight } from "../support/schedules/specification.ts";

type Tell = (finding: Finding) => string | undefined;

const WAITS = undefined;
const AN_ITEM = /^(?!✗|undefined$)/;
const NO_ITEM = /^undefined$/;
const DONE = /^(done|true)$/;
const REJECTED = /^✗/;
const ABORTED = /^✗ aborted$/;
const SHUT = /^✗ QueueShutDownError$/;

/** 03.1: `put`, `get`, `tryPut` and `tryGet` without a limit. */
export const orderTells: Tell = (finding) => {
  const { differs } = finding;
  if (differs("tryGet", AN_ITEM, NO_ITEM) && someoneWaits(finding)) return "owed-item-still-in-the-queue";
  if (differs("get", WAITS, AN_ITEM) && differs("get", AN_ITEM, WAITS)) return servedOutOfTurn(finding);
  return isNewestFirst(finding) ? "newest-first" : undefined;
};

/** 03.1: nothing but falsy items. */
export const falsyTells: Tell = ({ schedule, differs }) => {
  const isNotFound = differs("get", WAITS, AN_ITEM) || differs("tryGet", NO_ITEM, AN_ITEM);
  return isNotFound && schedule.length === 2 ? "falsy-means-empty" : undefined;
};

/** 03.2: `taskDone` and `join`. */
export const doneTells: Tell = (finding) => {
  const { schedule, differs, has, seen } = finding;
  const puts = schedule.filter(isPut).length;
  const takes = schedule.filter(isTake).length;
  const done = schedule.filter(({ call }) => call === "taskDone").length;
  const ended = Object.entries(seen.outcomes).some(
    ([at, how]) => schedule[Number(at)]?.call === "join" && how === "done",
  );

  if (differs("taskDone", DONE, REJECTED)) return done > puts ? "done-below-zero" : "counts-puts-that-wait";
  if (differs("taskDone", REJECTED, DONE) && someoneWaits(finding)) return "handed-over-is-not-counted";
  if (differs("join", DONE, WAITS)) {
    if (done > 0) return done < puts && has("join") ? "joins-only-once" : undefined;
    return takes === puts && !someoneWaits(finding) ? "joins-when-empty" : undefined;
  }
  if (!differs("join", WAITS, DONE)) return undefined;
  if (ended) return "lets-only-one-join-go";
  return puts > done && takes < puts ? "counts-puts-that-wait" : undefined;
};

/** 03.3: `put`, `get`, `tryPut` and `tryGet` with a limit. */
export const backpressureTells: Tell = ({ schedule, objection, differs }) => {
  const isFreed = schedule.some(isTake);
  if (differs("tryPut", DONE, /^false$/) && isFreed) return "newcomers-overtake";
  if (differs("put", DONE, WAITS) && differs("put", WAITS, DONE)) return "newcomers-overtake";
  if (!objection?.startsWith("expected size never above") && !differs("put", DONE, WAITS)) return undefined;
  return isFreed ? "one-slot-wakes-everyone" : "no-backpressure";
};

/** 03.4: aborts. */
export const abortTells: Tell = (finding) => {
  const { schedule, differs, seen, expected } = finding;
  for (const call of ["getAborted", "putAborted", "joinAborted"]) {
    if (differs(call, /^(?!✗)/, ABORTED)) return "looks-at-the-signal-only-when-waiting";
  }
  for (const call of ["get", "put", "join"]) {
    if (differs(call, /^✗ (?!aborted$)/, ABORTED)) return "rejects-with-its-own-error";
  }
  const aborted = schedule.filter(({ call }) => call === "abort").map(({ of }) => schedule[of ?? -1]?.call);
  if (aborted.length === 0) return undefined;
  const surplus = sizeOf(seen) - sizeOf(expected);

  if (aborted.every((call) => call === "put")) {
    if (differs("put", WAITS, DONE)) return "the-aborted-hold-up-the-line";
    return surplus > 0 && !differs("put", DONE, WAITS) ? "aborted-put-goes-in-later" : undefined;
  }
  if (!aborted.every((call) => call === "get")) return undefined;
  const isLost = differs("get", WAITS, AN_ITEM) || surplus < 0;
  if (isAbortedAfterPut(finding)) {
    if (differs("get", AN_ITEM, AN_ITEM)) return "given-back-to-the-end";
    return isLost && surplus <= 0 ? "keeps-the-wake-up" : undefined;
  }
  if (differs("get", WAITS, AN_ITEM) && surplus > 0) return "the-aborted-hold-up-the-line";
  return isLost && surplus <= 0 ? "aborted-getter-takes-an-item" : undefined;
};

/** 03.4: abort listeners. */
export const listenerTells: Tell = ({ objection }) =>
  objection?.includes("abort listener") ? "leaves-its-listener" : undefined;

/** 03.5: a `PriorityQueue`; items are a number, by which they are ordered, and a letter. */
export function priorityTells(finding: Finding, maxSize = Number.POSITIVE_INFINITY): string | undefined {
  const taken = wrongTake(finding);
  if (!taken) return abortTells(finding);
  const [got, should] = [taken.got, taken.should].map((item) => Number(/\d+/.exec(item)?.[0]));
  const puts = finding.schedule.filter(isPut).length;
  if (got === undefined || should === undefined || finding.has("abort")) return undefined;
  // With a limit, an item may have waited outside: then it is not the order that is wrong, but where it went in.
  if (puts > maxSize) return got >= should && puts === maxSize + 1 ? "late-puts-go-to-the-front" : undefined;
  if (got === should) return "ties-in-any-order";
  if (got < should) return undefined;
  return puts === 2 ? "largest-first" : "heap-breaks-on-removal";
}

/** 03.5: a `LifoQueue`. */
export function lifoTells(finding: Finding, maxSize = Number.POSITIVE_INFINITY): string | undefined {
  const taken = wrongTake(finding);
  if (!taken) return abortTells(finding);
  const puts = finding.schedule.filter(isPut).length;
  return puts > maxSize && !finding.has("abort") && taken.got < taken.should ? "late-puts-go-underneath" : undefined;
}

/** 03.9: `shutdown`. */
export const shutdownTells: Tell = ({ schedule, seen, expected, differs }) => {
  const rejected = Object.entries(seen.outcomes).filter(([, how]) => SHUT.test(how));
  for (const call of ["get", "put"]) {
    const isTold = rejected.some(([at]) => schedule[Number(at)]?.call === call);
    if (differs(call, WAITS, SHUT) && isTold) return "shutdown-wakes-only-one";
  }
  const isLast = schedule.at(-1)?.call === "shutdown";
  return isLast && sizeOf(seen) < sizeOf(expected) ? "shutdown-drops-what-is-left" : undefined;
};

type Step = Finding["schedule"][number];

function isPut({ call }: Step): boolean {
  return call === "put" || call === "tryPut";
}

function isTake({ call }: Step): boolean {
  return call === "get" || call === "tryGet";
}

function sizeOf({ shows }: Sight): number {
  return Number(/\d+/.exec(shows ?? "")?.[0] ?? Number.NaN);
}

/** A get comes before the first put: it waits, and is handed an item. */
function someoneWaits({ schedule }: Finding): boolean {
  const get = schedule.findIndex(({ call }) => call === "get");
  return get !== -1 && get < schedule.findIndex(isPut);
}

/** Two gets, and the wrong one has the item. */
function servedOutOfTurn({ schedule, seen }: Finding): string | undefined {
  const served = schedule.findIndex(({ call }, at) => call === "get" && seen.outcomes[at] !== undefined);
  const put = schedule.findIndex(isPut);
  return served < put ? "last-come-first-served" : "owed-item-still-in-the-queue";
}

/** All is put before anything is taken, and what is taken is the last that was put. */
function isNewestFirst(finding: Finding): boolean {
  const { schedule } = finding;
  const taken = wrongTake(finding);
  const puts = schedule.filter(isPut);
  return taken !== undefined && puts.length === 2 && schedule.slice(0, 2).every(isPut) && taken.got > taken.should;
}

/** An item that came where another should have come. */
function wrongTake({ schedule, seen, expected }: Finding): { got: string; should: string } | undefined {
  for (const [at, step] of schedule.entries()) {
    const [got, should] = [seen.outcomes[at], expected.outcomes[at]];
    if (!isTake(step) || got === undefined || should === undefined || got === should) continue;
    if (AN_ITEM.test(got) && AN_ITEM.test(should)) return { got, should };
  }
  return undefined;
}

/** A get is aborted when there is an item for it already, in the same turn. */
function isAbortedAfterPut({ schedule }: Finding): boolean {
  return schedule.some(({ call, sameTurn }, at) => {
    if (call !== "abort" || !sameTurn) return false;
    let turn = at;
    while (schedule[turn]?.sameTurn) turn -= 1;
    return schedule.slice(turn, at).some(isPut);
  });
}
