// The fast way of grading and plain Vitest come to the same verdict, check by check.

import { afterAll, describe, expect, test } from "vitest";
import { PlainVitest } from "../../scripts/authoring/plain-vitest.ts";
import { grade } from "../../scripts/grading/grade.ts";
import { answerSubject, folderSubject, type Subject, solutions, sourceOf } from "../../scripts/grading/subject.ts";
import { rightAnswers, wrongAnswers } from "../../scripts/lessons/answers.ts";
import { allLessons, type Lesson } from "../../scripts/lessons/catalog.ts";

for (const lesson of allLessons()) {
  describe(lesson.slug, async () => {
    const vitest = await PlainVitest.start();
    afterAll(() => vitest.end());

    for (const [name, subject] of subjectsOf(lesson)) {
      test(name, async () => {
        const plain = await vitest.verdictOn(lesson, subject);
        const { report } = await grade(lesson, subject);
        const checks = report.tasks.flatMap((task) =>
          task.checks.map((check) => [`${task.id} ${check.name}`, check.status]),
        );
        expect(new Set(plain.loaded)).toEqual(new Set(lesson.files.map((file) => sourceOf(subject, lesson, file))));
        expect(plain.checks).toEqual(Object.fromEntries(checks));
        expect(plain.verdict).toBe(report.verdict);
      });
    }
  });
}

function subjectsOf(lesson: Lesson): [string, Subject][] {
  return [
    ["starter", { ...folderSubject(lesson.starterFolder, "starter"), lessonFolder: () => lesson.starterFolder }],
    ["solution", solutions],
    ...wrongAnswers(lesson).map(({ id, standsFor, file }): [string, Subject] => [
      `wrong/${id}`,
      answerSubject(standsFor, file),
    ]),
    ...rightAnswers(lesson).map(({ id, standsFor, file }): [string, Subject] => [
      `right/${id}`,
      answerSubject(standsFor, file),
    ]),
  ];
}
