// What is known of a verdict while it is made, so that a page can show it before the rest is there.

import type { CheckDone } from "../grading/grade.ts";
import { gravest, type Status } from "../grading/report.ts";

/** A task has failed with its first check that has, and passed with its last. */
export class VerdictSoFar {
  /** Checks that are done, and of how many. */
  done = 0;
  of = 0;
  /** The verdict is there. */
  isOver = false;
  /** The first check that failed, if one has. */
  failed: CheckDone | null = null;
  /** The tasks of which it is known already how they stand. */
  readonly statuses: Record<string, Status> = {};
  readonly #checks = new Map<string, Status[]>();

  add(latest: CheckDone): void {
    const { task, check, isLastOfTask } = latest;
    const checks = [...(this.#checks.get(task) ?? []), check.status];
    this.#checks.set(task, checks);
    if (check.status === "failed") this.failed ??= latest;
    if (check.status === "failed" || isLastOfTask) this.statuses[task] = gravest(checks);
  }
}
