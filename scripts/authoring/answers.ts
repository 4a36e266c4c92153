// Holds a lesson's wrong and right answers to what their first lines say.

import { grade } from "../grading/grade.ts";
import type { LessonReport } from "../grading/report.ts";
import { answerSubject } from "../grading/subject.ts";
import { rightAnswers, wrongAnswers } from "../lessons/answers.ts";
import type { Lesson } from "../lessons/catalog.ts";

/** Every answer of the lesson, with what is wrong about it, or null. */
export async function* answerProblems(lesson: Lesson): AsyncGenerator<{ id: string; problem: string | null }> {
  for (const answer of wrongAnswers(lesson)) {
    const { report } = await grade(lesson, answerSubject(answer.standsFor, answer.file));
    yield { id: `wrong/${answer.id}`, problem: problemOfWrong(report, answer.id, answer.mustFail) };
  }
  for (const answer of rightAnswers(lesson)) {
    const { report } = await grade(lesson, answerSubject(answer.standsFor, answer.file));
    const failed = report.problem === null ? notPassed(report) : [report.problem];
    yield { id: `right/${answer.id}`, problem: failed.length === 0 ? null : `does not pass: ${failed.join("; ")}` };
  }
}

/** What keeps `report` from being the report of the wrong answer `id`, which must fail `mustFail` and nothing else. */
export function problemOfWrong(report: LessonReport, id: string, mustFail: string[]): string | null {
  if (mustFail.length === 0) return "names no check that it must fail";
  if (report.problem !== null) return `stopped: ${report.problem}`;
  const failed = notPassed(report);
  const missing = mustFail.filter((check) => !failed.includes(check));
  const surplus = failed.filter((check) => !mustFail.includes(check));
  if (missing.length > 0) return `passes, but must fail: ${missing.join("; ")}`;
  if (surplus.length > 0) return `fails, but need not: ${surplus.join("; ")}`;
  const recognised = report.tasks.flatMap((task) => task.checks).some((check) => check.misconception === id);
  return recognised ? null : "fails where it must, but is not recognised";
}

function notPassed(report: LessonReport): string[] {
  return report.tasks.flatMap((task) =>
    task.checks.filter((check) => check.status !== "passed").map((check) => `${task.id} ${check.name}`),
  );
}
