// What is graded: a folder laid out like exercises/, wherever it is, and for the kit's own wrong and
// right answers one file in the place of another.

import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";
import type { Lesson } from "../lessons/catalog.ts";

export interface Subject {
  /** The folder that holds `<slug>/<file>`. */
  folder: string;
  /** How the folder is called in sentences and links: "exercises", or the `--dir` as it was given. */
  shownAs: string;
  /** A file that stands for one of the lesson's: `{ "in-memory-queue.ts": "/…/wrong/newest-first.ts" }`. */
  insteadOf?: Record<string, string>;
  /** Whether it is the learner's own work, so that the verdict counts in their progress. */
  isOwn: boolean;
}

export const exercises: Subject = { folder: path.join(workbookFolder, "exercises"), shownAs: "exercises", isOwn: true };
export const solutions: Subject = { folder: path.join(workbookFolder, "solutions"), shownAs: "solutions", isOwn: false };

export function folderSubject(folder: string): Subject {
  return { folder: path.resolve(folder), shownAs: folder, isOwn: false };
}

/** The reference solution with one file of its lesson exchanged for an answer of the kit. */
export function answerSubject(file: string, answerFile: string): Subject {
  return { ...solutions, insteadOf: { [file]: answerFile } };
}

/** Where the source of `file` of `lesson` really lies. */
export function sourceOf(subject: Subject, lesson: Lesson, file: string): string {
  return subject.insteadOf?.[file] ?? path.join(subject.folder, lesson.slug, file);
}
