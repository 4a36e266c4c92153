// Finds the lessons. A lesson is there when its text is: `lessons/04-visibility-queue.md`; the same
// slug names its folders in exercises/, solutions/ and test/.

import { readdirSync } from "node:fs";
import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";

export interface Lesson {
  /** "04" */
  number: string;
  /** "04-visibility-queue" */
  slug: string;
  /** The names of the files that a learner fills in: "visibility-queue.ts". */
  files: string[];
  textFile: string;
  exerciseFolder: string;
  solutionFolder: string;
  suiteFolder: string;
  /** The starter as it was, for `reset`: nobody edits these. */
  starterFolder: string;
}

/** All lessons, in their order. */
export function allLessons(): Lesson[] {
  const texts = readdirSync(path.join(workbookFolder, "lessons")).filter((file) => /^\d\d-.+\.md$/.test(file));
  return texts.sort().map((file) => lessonOf(file.slice(0, -".md".length)));
}

function lessonOf(slug: string): Lesson {
  const solutionFolder = path.join(workbookFolder, "solutions", slug);
  const suiteFolder = path.join(workbookFolder, "test", slug);
  return {
    number: slug.slice(0, 2),
    slug,
    files: readdirSync(solutionFolder)
      .filter((file) => file.endsWith(".ts"))
      .sort(),
    textFile: path.join(workbookFolder, "lessons", `${slug}.md`),
    exerciseFolder: path.join(workbookFolder, "exercises", slug),
    solutionFolder,
    suiteFolder,
    starterFolder: path.join(suiteFolder, "starter"),
  };
}

/** The files of a lesson's suite, by full path. */
export function suiteFiles(lesson: Lesson): string[] {
  return suiteSources(lesson).filter((file) => file.endsWith(".test.ts"));
}

/** The suite and what lies beside it, without the answers and the starter, by full path. */
export function suiteSources(lesson: Lesson): string[] {
  const files = readdirSync(lesson.suiteFolder).filter((file) => file.endsWith(".ts"));
  return files.sort().map((file) => path.join(lesson.suiteFolder, file));
}

/** What a program of the lesson is called, in its exercise folder: `npm run play` runs it. */
export const PLAY_FILE = "play.ts";
