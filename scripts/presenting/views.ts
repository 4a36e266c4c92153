// Gathers what a screen shows: the report, and what belongs to it from the lesson's folders.

import { readFileSync } from "node:fs";
import path from "node:path";
import type { Graded } from "../grading/grade.ts";
import type { LessonReport, TaskReport } from "../grading/report.ts";
import { type Subject, sourceOf } from "../grading/subject.ts";
import type { Progress } from "../learner/state.ts";
import { misconceptionOf } from "../lessons/answers.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import { type CheckView, firstOpen } from "./check-screen.ts";
import type { ProgressView } from "./progress-screen.ts";

/** @param progress Null where what was graded is not the learner's own. */
export function checkView(lesson: Lesson, subject: Subject, graded: Graded, progress: Progress | null): CheckView {
  const { report, printed } = graded;
  return {
    report,
    title: textOf(lesson).title,
    printed,
    misconceptions: (id) => misconceptionOf(lesson, id),
    source: (where) => sourceOfWhere(subject, lesson, where),
    nextLine: nextLine(report, subject, lesson),
    progress: progress ? lessonsPassed(progress) : null,
    nextLesson: progress ? (nextLesson(progress, lesson)?.number ?? null) : null,
  };
}

export function lessonsPassed(progress: Progress): { passed: number; of: number } {
  const lessons = allLessons();
  const passed = lessons.filter(({ slug }) => progress.lessons[slug]?.verdict === "passed");
  return { passed: passed.length, of: lessons.length };
}

/** Where the learner is, lesson by lesson: for the terminal and for the page. */
export function progressView(progress: Progress): ProgressView {
  const lessons = allLessons().map((lesson) => {
    const { title, tasks, markdown } = textOf(lesson);
    const { verdict = null, tasks: statuses = {} } = progress.lessons[lesson.slug] ?? {};
    return {
      number: lesson.number,
      slug: lesson.slug,
      title,
      markdown,
      verdict,
      tasks: tasks.map((task) => ({ ...task, status: statuses[task.id] ?? null })),
    };
  });
  return { lessons, ...lessonsPassed(progress), next: nextLesson(progress)?.number ?? null };
}

/** The next lesson after `lesson` that is not passed, or the first of all that is not. */
export function nextLesson(progress: Progress, lesson?: Lesson): Lesson | undefined {
  const open = allLessons().filter(({ slug }) => slug !== lesson?.slug && progress.lessons[slug]?.verdict !== "passed");
  return open.find(({ number }) => lesson !== undefined && number > lesson.number) ?? open[0];
}

function sourceOfWhere(subject: Subject, lesson: Lesson, where: string): { file: string; shownAs: string } {
  const name = where.slice(where.indexOf("/") + 1, where.lastIndexOf(":"));
  return {
    file: sourceOf(subject, lesson, name),
    shownAs: path.posix.join(subject.shownAs.replaceAll("\\", "/"), where),
  };
}

/** The line of the first thing to do. */
function nextLine(report: LessonReport, subject: Subject, lesson: Lesson): string | null {
  const task = firstOpen(report);
  return task ? lineOfTask(task, subject, lesson) : null;
}

/** Where a task is to be worked on: the starter's TODO for it where that still stands, else where it failed. */
export function lineOfTask(
  task: Pick<TaskReport, "id" | "status" | "checks">,
  subject: Subject,
  lesson: Lesson,
): string | null {
  if (task.status === "todo") {
    for (const file of lesson.files) {
      const lines = readLines(sourceOf(subject, lesson, file));
      const index = lines.findIndex((line) => line.includes(`TODO ${task.id}:`));
      if (index !== -1) return `${lesson.slug}/${file}:${index + 1}`;
    }
  }
  return task.checks.find((check) => check.status === task.status)?.where ?? null;
}

function readLines(file: string): string[] {
  try {
    return readFileSync(file, "utf8").split("\n");
  } catch {
    return [];
  }
}
