// What a grading comes to: the document that `check --json` prints, and that every screen is made of.

import type { Moment, ScheduleTable } from "../../test/support/failure.ts";

/**
 * - `passed`, `failed`: the check was made.
 * - `todo`: the starter's own "not written yet" was reached.
 * - `stopped`: the code never yields, exits, crashes, runs out of memory or does not load.
 */
export type Status = "passed" | "failed" | "todo" | "stopped";

export interface CheckReport {
  name: string;
  status: Status;
  /** What was done, what was expected, what was seen. */
  message?: string;
  /** The learner's line, as `<slug>/<file>:<line>`. */
  where?: string;
  /** The id of a known misconception: the name of a file in the lesson's `wrong/`. */
  misconception?: string;
  timeline?: readonly Moment[];
  /** The shortest schedule of calls that fails, where the check is over schedules: the timeline as a table. */
  schedule?: ScheduleTable;
}

export interface TaskReport {
  /** "04.2" */
  id: string;
  title: string;
  /** Stretch tasks never hold back a pass. */
  stretch: boolean;
  status: Status;
  checks: CheckReport[];
}

export interface LessonReport {
  /** "04" */
  lesson: string;
  /** "04-visibility-queue" */
  slug: string;
  verdict: Status;
  durationMs: number;
  tasks: TaskReport[];
  /** What stopped it, in one sentence; null unless the verdict is `stopped`. */
  problem: string | null;
}

/** The status of a whole, given the statuses of its parts: the gravest that occurs. */
export function gravest(statuses: readonly Status[]): Status {
  const order: Status[] = ["stopped", "failed", "todo"];
  return order.find((status) => statuses.includes(status)) ?? "passed";
}

/** The verdict over `tasks`: stretch tasks count only where nothing else was asked for. */
export function verdictOver(tasks: readonly TaskReport[]): Status {
  const required = tasks.filter((task) => !task.stretch);
  return gravest((required.length > 0 ? required : tasks).map((task) => task.status));
}
