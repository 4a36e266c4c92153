// Finds the lessons. A lesson is there when its text is: `lessons/04-visibility-queue.md`; the same
// slug names its folders in exercises/, solutions/ and test/.

import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";

export interface Lesson {
  /** "04" */
  number: string;
  /** "04-visibility-queue" */
  slug: string;
  /** The names of the files that a learner fills in: "visibility-queue.ts". */
  files: string[];
  /** The names of those that are there from the start, in the starter as in the solution: "models.ts". */
  given: string[];
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
  const starterFolder = path.join(suiteFolder, "starter");
  const sources = readdirSync(solutionFolder).filter((file) => file.endsWith(".ts"));
  const given = sources.filter((file) => isSame(path.join(starterFolder, file), path.join(solutionFolder, file)));
  return {
    number: slug.slice(0, 2),
    slug,
    files: sources.filter((file) => !given.includes(file)).sort(),
    given: given.sort(),
    textFile: path.join(workbookFolder, "lessons", `${slug}.md`),
    exerciseFolder: path.join(workbookFolder, "exercises", slug),
    solutionFolder,
    suiteFolder,
    starterFolder,
  };
}

function isSame(file: string, other: string): boolean {
  return existsSync(file) && readFileSync(file).equals(readFileSync(other));
}

/** The files of a lesson's suite, by full path. */
export function suiteFiles(lesson: Lesson): string[] {
  return suiteSources(lesson).filter((file) => file.endsWith(".test.ts"));
}

/** Where a lesson that has a lab has it, by full path. */
export function labFile(lesson: Lesson): string {
  return path.join(lesson.suiteFolder, "lab/lab.ts");
}

/** The suite and what lies beside it, without the answers and the starter, by full path. */
export function suiteSources(lesson: Lesson): string[] {
  const files = readdirSync(lesson.suiteFolder).filter((file) => file.endsWith(".ts"));
  return files.sort().map((file) => path.join(lesson.suiteFolder, file));
}

/** What the program of a lesson that has one is called, in its exercise folder: `npm run play` runs it. */
export const PLAY_FILE = "play.ts";

/** In which folder of its exercise a lesson has its programs, where it has several. */
const PLAY_FOLDER = "play";

/**
 * The files of a lesson's programs, by the name to ask for, in the order of the names:
 * "backpressure" is "play/backpressure.ts". Empty where the lesson has its one {@link PLAY_FILE}.
 * A program that the learner has added is one like the others.
 */
export function namedPrograms(lesson: Lesson): Map<string, string> {
  const files = [lesson.starterFolder, lesson.exerciseFolder].flatMap((folder) => {
    const programs = path.join(folder, PLAY_FOLDER);
    return statSync(programs, { throwIfNoEntry: false })?.isDirectory() ? readdirSync(programs) : [];
  });
  const names = files.filter((file) => file.endsWith(".ts")).map((file) => file.slice(0, -".ts".length));
  return new Map(names.sort().map((name) => [name, `${PLAY_FOLDER}/${name}.ts`]));
}
