// Holds a lesson's wrong and right answers to what their first lines say.

import { readFileSync, writeFileSync } from "node:fs";
import { grade } from "../grading/grade.ts";
import type { LessonReport } from "../grading/report.ts";
import { answerSubject } from "../grading/subject.ts";
import { rightAnswers, type WrongAnswer, wrongAnswers } from "../lessons/answers.ts";
import type { Lesson } from "../lessons/catalog.ts";

export interface AnswerVerdict {
  /** "wrong/newest-first" */
  id: string;
  /** What is wrong about it, or null. */
  problem: string | null;
  report: LessonReport;
  wrong?: WrongAnswer;
}

/** Grades every answer of the lesson, or those that `ids` name. */
export async function* verdictsOnAnswers(lesson: Lesson, ids: readonly string[] = []): AsyncGenerator<AnswerVerdict> {
  const isWanted = ({ id }: { id: string }) => ids.length === 0 || ids.includes(id);
  for (const wrong of wrongAnswers(lesson).filter(isWanted)) {
    const { report } = await grade(lesson, answerSubject(wrong.standsFor, wrong.file));
    yield { id: `wrong/${wrong.id}`, problem: problemOfWrong(report, wrong), report, wrong };
  }
  for (const right of rightAnswers(lesson).filter(isWanted)) {
    const { report } = await grade(lesson, answerSubject(right.standsFor, right.file));
    yield { id: `right/${right.id}`, problem: problemOfRight(report), report };
  }
}

/** A wrong answer fails the checks that it names and no others, and is recognised for what it is. */
export function problemOfWrong(report: LessonReport, { id, mustFail }: WrongAnswer): string | null {
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

/** A right answer passes every task, stretch tasks too. */
export function problemOfRight(report: LessonReport): string | null {
  if (report.problem !== null) return `stopped: ${report.problem}`;
  const failed = notPassed(report);
  return failed.length === 0 ? null : `does not pass: ${failed.join("; ")}`;
}

/** Writes into a wrong answer which checks it fails. @returns Whether that could be done. */
export function updateMustFail({ file }: WrongAnswer, report: LessonReport): boolean {
  const failed = notPassed(report);
  if (report.problem !== null || failed.length === 0) return false;
  const lines = readFileSync(file, "utf8").split("\n");
  const first = lines.findIndex((line) => line.startsWith("// Must fail: "));
  const kept = lines.filter((line) => !line.startsWith("// Must fail: "));
  const at = first === -1 ? kept.findIndex((line) => !line.startsWith("//")) : first;
  kept.splice(at, 0, ...failed.map((check) => `// Must fail: ${check}`));
  writeFileSync(file, kept.join("\n"));
  return true;
}

function notPassed(report: LessonReport): string[] {
  return report.tasks.flatMap((task) =>
    task.checks.filter((check) => check.status !== "passed").map((check) => `${task.id} ${check.name}`),
  );
}
