// Solutions and right answers pass everything, wrong answers fail where they must and nowhere else, and
// the fast way of grading and plain Vitest come to the same verdict, check by check. The lessons are
// shared out over two files, which run side by side.

import { afterAll, describe, expect, test } from "vitest";
import { problemOfRight, problemOfWrong } from "../../scripts/authoring/answers.ts";
import { PlainVitest } from "../../scripts/authoring/plain-vitest.ts";
import { grade } from "../../scripts/grading/grade.ts";
import type { LessonReport } from "../../scripts/grading/report.ts";
import { answerSubject, type Subject, solutions, sourceOf } from "../../scripts/grading/subject.ts";
import { rightAnswers, wrongAnswers } from "../../scripts/lessons/answers.ts";
import { allLessons, type Lesson } from "../../scripts/lessons/catalog.ts";

interface Case {
  name: string;
  subject: Subject;
  /** What is wrong with the report, or null. */
  problemOf(report: LessonReport): string | null;
}

/** Plain Vitest takes as long again: it has the starter, the solution, and of the answers every sixth. */
const PLAIN_EVERY = 6;

/** The checks on the lessons whose place in their order is `place`, modulo two. */
export function verdictsOf(place: 0 | 1): void {
  for (const lesson of allLessons().filter((_lesson, index) => index % 2 === place)) verdictsOn(lesson);
}

function verdictsOn(lesson: Lesson): void {
  describe(lesson.slug, async () => {
    const vitest = await PlainVitest.start();
    afterAll(() => vitest.end());

    for (const [index, { name, subject, problemOf }] of casesOf(lesson).entries()) {
      test(name, async () => {
        const { report } = await grade(lesson, subject);
        expect(problemOf(report)).toBeNull();
        if (index > 1 && index % PLAIN_EVERY !== 0) return;

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
    {
      name: "the starter grades as todo",
      subject: starter,
      problemOf: ({ verdict }) => (verdict === "todo" ? null : verdict),
    },
    { name: "the solution passes, with all stretch tasks", subject: solutions, problemOf: problemOfRight },
    ...wrongAnswers(lesson).map((wrong) => ({
      name: `wrong/${wrong.id} fails where it must, and nowhere else`,
      subject: answerSubject(wrong.standsFor, wrong.file),
      problemOf: (report: LessonReport) => problemOfWrong(report, wrong),
    })),
    ...rightAnswers(lesson).map((right) => ({
      name: `right/${right.id} passes`,
      subject: answerSubject(right.standsFor, right.file),
      problemOf: problemOfRight,
    })),
  ];
}
