// Solutions and right answers pass everything, wrong answers fail where they must and nowhere else, and
// the fast way of grading and plain Vitest come to the same verdict, check by check. The lessons are
// shared out over four files, which run side by side. Of the answers it is a sample, the same each
// time, graded in the tasks that reach its file: `npm run answers` grades all, in all tasks.

import { readFileSync } from "node:fs";
import { afterAll, describe, expect, test } from "vitest";
import { problemOfRight, problemOfWrong } from "../../scripts/authoring/answers.ts";
import { PlainVitest } from "../../scripts/authoring/plain-vitest.ts";
import { grade } from "../../scripts/grading/grade.ts";
import type { LessonReport } from "../../scripts/grading/report.ts";
import { answerSubject, type Subject, solutions, sourceOf } from "../../scripts/grading/subject.ts";
import { rightAnswers, type WrongAnswer, wrongAnswers } from "../../scripts/lessons/answers.ts";
import { allLessons, type Lesson, suiteFiles } from "../../scripts/lessons/catalog.ts";

interface Case {
  name: string;
  subject: Subject;
  /** The tasks that it is about, where it need not be graded in all of them. */
  about?: string[];
  /** Plain Vitest has to come to the same verdict. */
  isForBoth?: boolean;
  /** What is wrong with the report, or null. */
  problemOf(report: LessonReport): string | null;
}

/** Of the wrong answers whose first failure is in the same task, so many are graded here. */
const MOST_WRONG_A_TASK = 1;

/** Of the right answers for the same file. */
const MOST_RIGHT_A_FILE = 1;

/** The checks on every fourth lesson, from the `first` on. */
export function verdictsOf(first: 1 | 2 | 3 | 4): void {
  for (const lesson of allLessons().filter((_lesson, index) => index % 4 === first - 1)) verdictsOn(lesson);
}

function verdictsOn(lesson: Lesson): void {
  describe(lesson.slug, async () => {
    const vitest = await PlainVitest.start();
    afterAll(() => vitest.end());

    for (const { name, subject, about, isForBoth, problemOf } of casesOf(lesson)) {
      test(name, async () => {
        const { report } = await grade(lesson, subject, { only: about });
        expect(problemOf(report)).toBeNull();
        if (!isForBoth) return;

        const plain = await vitest.verdictOn(lesson, subject);
        const checks = report.tasks.flatMap((task) =>
          task.checks.map((check) => [`${task.id} ${check.name}`, check.status]),
        );
        expect(plain.checks).toEqual(Object.fromEntries(checks));
        expect(plain.verdict).toBe(report.verdict);
        expect(new Set(plain.loaded)).toEqual(new Set(lesson.files.map((file) => sourceOf(subject, lesson, file))));
      });
    }
  });
}

function casesOf(lesson: Lesson): Case[] {
  const starter: Subject = { lessonFolder: () => lesson.starterFolder, shownAs: "starter", isOwn: false };
  return [
    ...wrongUnderBoth(lesson),
    {
      name: "the starter grades as todo, in every task",
      subject: starter,
      problemOf: ({ tasks, problem }) => problem ?? tasks.find(({ status }) => status !== "todo")?.id ?? null,
    },
    {
      name: "the solution passes, with all stretch tasks",
      subject: solutions,
      isForBoth: true,
      problemOf: problemOfRight,
    },
    ...firstOf(wrongAnswers(lesson), MOST_WRONG_A_TASK, taskOf).map((wrong) => ({
      name: `wrong/${wrong.id} fails where it must`,
      subject: answerSubject(wrong.standsFor, wrong.file),
      about: tasksReaching(lesson, wrong.standsFor).filter((task) => wrong.mustFail.some((check) => isOf(check, task))),
      problemOf: (report: LessonReport) => {
        const mustFail = wrong.mustFail.filter((check) => report.tasks.some(({ id }) => isOf(check, id)));
        return problemOfWrong(report, { ...wrong, mustFail });
      },
    })),
    ...firstOf(rightAnswers(lesson), MOST_RIGHT_A_FILE, ({ standsFor }) => standsFor).map((right) => ({
      name: `right/${right.id} passes`,
      subject: answerSubject(right.standsFor, right.file),
      about: tasksReaching(lesson, right.standsFor),
      problemOf: problemOfRight,
    })),
  ];
}

/** Where the two ways differ on what is wrong, they differ in the first lesson, which takes least time. */
function wrongUnderBoth(lesson: Lesson): Case[] {
  if (lesson.slug !== allLessons()[0]?.slug) return [];
  return firstOf(wrongAnswers(lesson), 1, () => "any").map((wrong) => ({
    name: `wrong/${wrong.id} fails nowhere else`,
    subject: answerSubject(wrong.standsFor, wrong.file),
    isForBoth: true,
    problemOf: (report) => problemOfWrong(report, wrong),
  }));
}

/** Of the answers that are `about` the same, the first `most`. */
function firstOf<Answer>(answers: Answer[], most: number, about: (answer: Answer) => string): Answer[] {
  const taken = new Map<string, number>();
  return answers.filter((answer) => {
    const already = taken.get(about(answer)) ?? 0;
    taken.set(about(answer), already + 1);
    return already < most;
  });
}

/** The task of the first check that it must fail. */
function taskOf({ mustFail }: WrongAnswer): string {
  return (mustFail[0] ?? "").split(" ")[0] ?? "";
}

/** The tasks of the suite's files that reach `file` of the learner's themselves. */
function tasksReaching(lesson: Lesson, file: string): string[] {
  const suites = suiteFiles(lesson).map((suite) => readFileSync(suite, "utf8"));
  const reaching = suites.filter((text) => text.includes(`#lesson/${lesson.slug}/${file}"`));
  return reaching.flatMap((text) => text.match(/(?<=describe\(")\d\d\.\d+(?=")/g) ?? []);
}

function isOf(check: string, task: string): boolean {
  return check.startsWith(`${task} `);
}
