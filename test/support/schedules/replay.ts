// The one schedule that was asked for, where one was: "maxSize1:put0.put1", the id of a scope and the
// schedule's code.

import { codeOf, type Schedule, scheduleOf } from "./schedule.ts";

/** `code` is set before the checks begin. Undefined: all schedules are explored. */
export const replay: { code: string | undefined } = { code: undefined };

export function replayCode(scope: string, schedule: Schedule): string {
  return `${scope}:${codeOf(schedule)}`;
}

/** What a check says of its schedules before any is run. */
export interface Announced {
  /** Leads their codes. */
  readonly id: string;
  /** The steps that they are made of. */
  readonly calls: readonly string[];
}

/** Whether `code` is of the schedules of `scope`. */
export function isOf(code: string, scope: Announced | undefined): boolean {
  return scope !== undefined && code.startsWith(`${scope.id}:`);
}

/** The schedule in `code`, or undefined where there is none, or none of these `calls`. */
export function scheduleIn(code: string, calls: readonly string[]): Schedule | undefined {
  const schedule = scheduleOf(code.slice(code.indexOf(":") + 1));
  return schedule?.every(({ call }) => calls.includes(call)) ? schedule : undefined;
}
