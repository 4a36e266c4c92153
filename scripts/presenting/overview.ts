// A line a lesson: for `check` of all lessons, and for `progress`.

import type { LessonReport } from "../grading/report.ts";
import { mark } from "./check-screen.ts";
import type { Terminal } from "./terminal.ts";

export function overviewLine(report: LessonReport, title: string, terminal: Terminal): string {
  const count = (stretch: boolean) => {
    const tasks = report.tasks.filter((task) => task.stretch === stretch);
    return { passed: tasks.filter((task) => task.status === "passed").length, of: tasks.length };
  };
  const required = count(false);
  const stretch = count(true);
  const tasks = `${required.passed} of ${required.of} tasks`.padEnd(14);
  const stretches = stretch.of > 0 ? terminal.dim(`${stretch.passed} of ${stretch.of} stretch`) : "";
  const problem = report.problem === null ? "" : `\n      ${terminal.wrap(report.problem, "      ").trimStart()}`;
  return `  ${mark(report.verdict, terminal)} ${`${report.lesson} ${title}`.padEnd(36)} ${tasks} ${stretches}${problem}`.trimEnd();
}
