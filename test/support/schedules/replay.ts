// The one schedule that was asked for, where one was: "maxSize1:put0.put1", the id of a scope and the
// schedule's code.

import { codeOf, type Schedule, scheduleOf } from "./schedule.ts";

/** `code` is set before the checks begin. Undefined: all schedules are explored. */
export const replay: { code: string | undefined } = { code: undefined };

export function replayCode(scope: string, schedule: Schedule): string {
  return `${scope}:${codeOf(schedule)}`;
}

/** Whether `code` is of the schedules of `scope`. */
export function isOf(code: string, scope: string | undefined): boolean {
  return scope !== undefined && code.startsWith(`${scope}:`);
}

/** The schedule in `code`, or undefined where there is none. */
export function scheduleIn(code: string): Schedule | undefined {
  return scheduleOf(code.slice(code.indexOf(":") + 1));
}
