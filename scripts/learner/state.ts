// What the workbook keeps of a learner, in `.workbook/`: progress, hints seen, and files kept aside.

import { mkdirSync, readFileSync, renameSync, writeFileSync } from "node:fs";
import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";
import type { LessonReport, Status } from "../grading/report.ts";

/** The learner's folder. Never removed and never emptied by the workbook. */
export const stateFolder: string = path.join(workbookFolder, ".workbook");
const progressFile = path.join(stateFolder, "progress.json");

export interface LessonProgress {
  verdict: Status;
  /** The last status of each task, by its id. */
  tasks: Record<string, Status>;
}

export interface Progress {
  lessons: Record<string, LessonProgress>;
  /** How many hints of a task were shown, by its id. */
  hints: Record<string, number>;
}

/** Told to the learner beside whatever the command says: nothing here holds a verdict back. */
export type Tell = (sentence: string) => void;

/** The progress so far. A file that cannot be understood is kept aside, and a new one is begun. */
export function readProgress(tell: Tell): Progress {
  let text: string;
  try {
    text = readFileSync(progressFile, "utf8");
  } catch {
    return { lessons: {}, hints: {} };
  }
  try {
    return progressFrom(JSON.parse(text));
  } catch {
    const aside = path.join(stateFolder, `progress.damaged-${timestamp()}.json`);
    try {
      renameSync(progressFile, aside);
      tell(
        `Your progress file was damaged. It is kept as ${path.relative(workbookFolder, aside)}, and a new one is begun.`,
      );
    } catch {
      tell(`${path.relative(workbookFolder, progressFile)} is damaged, and could not be moved aside.`);
    }
    return { lessons: {}, hints: {} };
  }
}

/** Keeps what a grading of the learner's own files came to. A grading of one task changes that task alone. */
export function recordReport(report: LessonReport, isWhole: boolean, tell: Tell): Progress {
  const progress = readProgress(tell);
  const before = progress.lessons[report.slug];
  const tasks = Object.fromEntries(report.tasks.map((task) => [task.id, task.status]));
  progress.lessons[report.slug] = {
    verdict: isWhole ? report.verdict : (before?.verdict ?? "todo"),
    tasks: { ...before?.tasks, ...tasks },
  };
  write(progress, tell);
  return progress;
}

export function recordHint(task: string, shown: number, tell: Tell): void {
  const progress = readProgress(tell);
  progress.hints[task] = shown;
  write(progress, tell);
}

/** A time for file names: 2026-11-22T09-15-00-123. */
export function timestamp(): string {
  return new Date().toISOString().replace(/[:.]/g, "-").replace("Z", "");
}

function write(progress: Progress, tell: Tell): void {
  const temporary = `${progressFile}.${process.pid}.new`;
  try {
    mkdirSync(stateFolder, { recursive: true });
    writeFileSync(temporary, `${JSON.stringify(progress, null, 2)}\n`);
    renameSync(temporary, progressFile);
  } catch (error) {
    tell(
      `Your progress could not be kept in ${path.relative(workbookFolder, progressFile)}: ${(error as Error).message}.`,
    );
  }
}

function progressFrom(value: unknown): Progress {
  const { lessons, hints } = value as Progress;
  const isRecord = (part: unknown): boolean => typeof part === "object" && part !== null && !Array.isArray(part);
  if (!isRecord(value) || !isRecord(lessons) || !isRecord(hints)) throw new Error("not a progress file");
  for (const lesson of Object.values(lessons))
    if (!isRecord(lesson) || !isRecord(lesson.tasks)) throw new Error("not a progress file");
  return { lessons, hints };
}
