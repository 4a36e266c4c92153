// What is graded: a folder laid out like exercises/, wherever it is, and for the kit's own wrong and
// right answers one file in the place of another.

import { existsSync } from "node:fs";
import path from "node:path";
import type { Lesson } from "../lessons/catalog.ts";

export interface Subject {
  /** The folder with the lesson's files. It need not exist. */
  lessonFolder(lesson: Lesson): string;
  /** How the folder around it is called in sentences and links: "exercises", or the `--dir` as it was given. */
  shownAs: string;
  /** A file that stands for one of the lesson's: `{ "in-memory-queue.ts": "/…/wrong/newest-first.ts" }`. */
  insteadOf?: Record<string, string>;
  /** Whether it is the learner's own work, so that the verdict counts in their progress. */
  isOwn: boolean;
}

export const exercises: Subject = {
  lessonFolder: (lesson) => lesson.exerciseFolder,
  shownAs: "exercises",
  isOwn: true,
};

export const solutions: Subject = {
  lessonFolder: (lesson) => lesson.solutionFolder,
  shownAs: "solutions",
  isOwn: false,
};

/** A folder laid out like exercises/, or a lesson's folder by itself. */
export function folderSubject(folder: string, shownAs: string): Subject {
  const lessonFolder = (lesson: Lesson) => {
    const usual = path.join(folder, lesson.slug);
    const isItself = !existsSync(usual) && lesson.files.some((file) => existsSync(path.join(folder, file)));
    return isItself ? folder : usual;
  };
  return { lessonFolder, shownAs, isOwn: false };
}

/** The reference solution with one file of its lesson exchanged for an answer of the kit. */
export function answerSubject(file: string, answerFile: string): Subject {
  return { ...solutions, insteadOf: { [file]: answerFile } };
}

/** Where the source of `file` of `lesson` really lies. */
export function sourceOf(subject: Subject, lesson: Lesson, file: string): string {
  return subject.insteadOf?.[file] ?? path.join(subject.lessonFolder(lesson), file);
}

/** The path of a report's `where` without its line, as a file that can be opened. */
export function sourceOfWhere(subject: Subject, lesson: Lesson, where: string): string {
  const file = where.slice(lesson.slug.length + 1).replace(/:\d+$/, "");
  return sourceOf(subject, lesson, file);
}
