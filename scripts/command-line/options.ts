// Reads what a command was called with.

import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { type ParseArgsConfig, parseArgs } from "node:util";
import { exercises, folderSubject, type Subject, solutions } from "../grading/subject.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { type Task, textOf } from "../lessons/text.ts";
import { UsageError } from "./failures.ts";

type OptionTypes = NonNullable<ParseArgsConfig["options"]>;

/** What a command was asked for: "04" is a lesson, "04.2" one task of it. */
export interface Target {
  lesson: Lesson;
  task: Task | undefined;
}

/** Words and options of a command line; an option that `options` does not name is a {@link UsageError}. */
export function readArguments<Options extends OptionTypes>(args: string[], options: Options) {
  refuseSwallowed(Object.keys(options));
  try {
    return parseArgs({ args, options, allowPositionals: true, strict: true });
  } catch (error) {
    const known = Object.keys(options)
      .map((name) => `--${name}`)
      .join(", ");
    const [what = ""] = (error as Error).message.split(". ");
    throw new UsageError(`${what}. ${known ? `Options: ${known}` : "This command has no options"}.`);
  }
}

/** Without `--` npm keeps an option for itself, and the command would do something else than was meant. */
function refuseSwallowed(names: string[]): void {
  for (const name of names) {
    const isNpmsOwn = name === "json";
    if (!isNpmsOwn && process.env[`npm_config_${name.replaceAll("-", "_")}`]) {
      throw new UsageError(
        `npm kept --${name} for itself. Put -- before it: npm run ${process.env.npm_lifecycle_event ?? "check"} 01 -- --${name} …`,
      );
    }
  }
}

/** The lesson, and the task where one is named, that `word` stands for: "04", "4" or "04.2". */
export function targetOf(word: string): Target {
  const lessons = allLessons();
  const [, number = "", task] = /^(\d{1,2})(?:\.(\d+))?$/.exec(word) ?? [];
  const lesson = lessons.find((one) => one.number === number.padStart(2, "0"));
  if (!lesson)
    throw new UsageError(`There is no lesson ${word}. Lessons: ${rangeOf(lessons.map((one) => one.number))}.`);
  if (task === undefined) return { lesson, task: undefined };
  const { tasks } = textOf(lesson);
  const id = `${lesson.number}.${task}`;
  const found = tasks.find((one) => one.id === id);
  if (!found)
    throw new UsageError(`Lesson ${lesson.number} has no task ${id}. Tasks: ${rangeOf(tasks.map((one) => one.id))}.`);
  return { lesson, task: found };
}

/** The one target of a command that needs one. */
export function oneTarget(words: string[], command: string): Target {
  const [word, ...rest] = words;
  if (word === undefined) {
    throw new UsageError(
      `Which lesson? For instance: npm run ${command} 01. Lessons: ${rangeOf(allLessons().map((one) => one.number))}.`,
    );
  }
  if (rest.length > 0) throw new UsageError(`One lesson at a time: npm run ${command} ${word}.`);
  return targetOf(word);
}

/** What to grade, by `--dir` and `--solution`. */
export function subjectOf(
  options: { dir?: string | undefined; solution?: boolean | undefined },
  lessons: Lesson[],
): Subject {
  if (options.dir !== undefined && options.solution) throw new UsageError("Either --dir or --solution, not both.");
  if (options.solution) return solutions;
  if (options.dir === undefined) return exercises;
  const folder = whereTheUserIs(options.dir);
  if (!isFolder(folder)) {
    throw new UsageError(`There is no folder ${options.dir}. --dir takes one that is laid out like exercises/.`);
  }
  const subject = folderSubject(folder, options.dir);
  const missing = lessons.find((lesson) => !isFolder(subject.lessonFolder(lesson)));
  if (missing) {
    throw new UsageError(
      `${options.dir} has no folder ${missing.slug}. --dir takes a folder that is laid out like exercises/.`,
    );
  }
  return subject;
}

/** A path as the user means it: npm changes the working folder, and says in INIT_CWD where it was called. */
function whereTheUserIs(given: string): string {
  const candidates = [process.env.INIT_CWD, process.cwd()].flatMap((base) => (base ? [path.resolve(base, given)] : []));
  return candidates.find((candidate) => existsSync(candidate)) ?? path.resolve(given);
}

function isFolder(folder: string): boolean {
  return statSync(folder, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

/** "01-06" */
function rangeOf(names: string[]): string {
  return names.length > 1 ? `${names[0]}-${names.at(-1)}` : (names[0] ?? "none");
}
