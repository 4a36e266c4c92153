// What a page shows while a grading is on its way comes to the same as its end.

import { describe, expect, test } from "vitest";
import { grade } from "../../scripts/grading/grade.ts";
import type { Status } from "../../scripts/grading/report.ts";
import { answerSubject, type Subject, solutions } from "../../scripts/grading/subject.ts";
import { wrongAnswers } from "../../scripts/lessons/answers.ts";
import { allLessons, type Lesson } from "../../scripts/lessons/catalog.ts";
import { VerdictSoFar } from "../../scripts/page/verdict-so-far.ts";

const lesson = allLessons()[0] as Lesson;
const [wrong = expect.unreachable()] = wrongAnswers(lesson);
const check = (status: Status) => ({ name: "a check", status });

test("a task has failed with its first check that has, and passed with its last", () => {
  const soFar = new VerdictSoFar();
  soFar.add({ task: "01.1", check: check("passed"), isLastOfTask: false });
  expect(soFar.statuses).toEqual({});
  soFar.add({ task: "01.2", check: check("failed"), isLastOfTask: false });
  expect(soFar.statuses).toEqual({ "01.2": "failed" });
  soFar.add({ task: "01.1", check: check("passed"), isLastOfTask: true });
  expect(soFar.statuses).toEqual({ "01.1": "passed", "01.2": "failed" });
  soFar.add({ task: "01.2", check: check("passed"), isLastOfTask: true });
  expect(soFar.statuses["01.2"]).toBe("failed");
  expect(soFar.failed?.task).toBe("01.2");
});

test("the task that is graded by itself, beside the whole, changes nothing when the whole comes to it", () => {
  const soFar = new VerdictSoFar();
  const checks: Status[] = ["passed", "todo"];
  for (const grading of ["ahead", "the whole"]) {
    for (const [index, status] of checks.entries()) {
      soFar.add({ task: "01.3", check: check(status), isLastOfTask: index === checks.length - 1 });
      if (index === 0 && grading === "ahead") expect(soFar.statuses).toEqual({});
      else expect(soFar.statuses).toEqual({ "01.3": "todo" });
    }
  }
});

describe("told check by check, the tasks stand as in the report", () => {
  const starter: Subject = { lessonFolder: () => lesson.starterFolder, shownAs: "starter", isOwn: false };
  for (const [what, subject] of [
    ["the starter", starter],
    ["the solution", solutions],
    ["a wrong answer", answerSubject(wrong.standsFor, wrong.file)],
  ] as const) {
    test(what, async () => {
      const soFar = new VerdictSoFar();
      const ended: string[] = [];
      const { report } = await grade(lesson, subject, {
        onProgress: (_done, _of, latest) => {
          soFar.add(latest);
          if (latest.isLastOfTask) ended.push(latest.task);
        },
      });
      expect(soFar.statuses).toEqual(Object.fromEntries(report.tasks.map(({ id, status }) => [id, status])));
      expect(ended).toEqual(report.tasks.map(({ id }) => id));
    });
  }
});
