// From a schedule that fails to the shortest that still does: what can be left out is left out, and
// what need not share a turn does not.

import { type Schedule, without } from "./schedule.ts";

/** @param fails Runs a schedule alone, and patiently. @returns What came of the shortest that fails. */
export async function shorten<Breach extends { schedule: Schedule; at: number }>(
  breach: Breach,
  fails: (schedule: Schedule) => Promise<Breach | undefined>,
): Promise<Breach> {
  let shortest = breach;
  for (let isShorter = true; isShorter; ) {
    isShorter = false;
    for (const candidate of simpler(shortest.schedule.slice(0, shortest.at + 1))) {
      const found = await fails(candidate);
      if (!found) continue;
      shortest = found;
      isShorter = true;
      break;
    }
  }
  return { ...shortest, schedule: shortest.schedule.slice(0, shortest.at + 1) };
}

/** The schedules that are one step simpler. */
function* simpler(schedule: Schedule): Generator<Schedule> {
  for (let at = schedule.length - 1; at >= 0; at--) {
    const shorter = without(schedule, at);
    if (shorter.length > 0) yield shorter;
  }
  for (const [index, { sameTurn }] of schedule.entries()) {
    if (!sameTurn) continue;
    yield schedule.map((step, at) => (at === index ? { ...step, sameTurn: undefined } : step));
  }
}
