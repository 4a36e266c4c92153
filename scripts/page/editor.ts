// Opens the learner's file in their editor, at the line. The page names a lesson, a task or a check; which
// file that is, is known here and nowhere else.

import { existsSync } from "node:fs";
import path from "node:path";
import launch from "launch-editor";
import guess from "launch-editor/guess.js";
import type { Status } from "../grading/report.ts";
import { exercises, sourceOfWhere } from "../grading/subject.ts";
import type { Lesson } from "../lessons/catalog.ts";
import type { CheckView } from "../presenting/check-screen.ts";
import { whereIn } from "../presenting/verdict-words.ts";
import { lineOfTask } from "../presenting/views.ts";

/** They would fight with the server for its terminal: opened only where the learner has named one. */
const IN_THE_TERMINAL = /^(vi|vim|nvim|emacs|nano|pico|ed|joe|micro|hx|kak)$/;

/** An editor that does not start says so within that time. */
const STARTS_WITHIN_MS = 400;

export interface Opened {
  /** "exercises/04-visibility-queue/visibility-queue.ts:48" */
  place: string;
  /** Why no editor came up, and what to do; null where one did. */
  problem: string | null;
}

/**
 * The place that `wanted` stands for, as a report's `where`.
 *
 * @param wanted "04.2": the task's TODO, or where it failed; "04.2/3": where its fourth check failed; else the first file.
 */
export function placeOf(lesson: Lesson, view: CheckView | null, wanted: { task?: string; check?: number }): string {
  const task = view?.report.tasks.find(({ id }) => id === wanted.task);
  const ofProblem = wanted.task ? null : whereIn(view?.report.problem ?? "", lesson.slug);
  const ofCheck = wanted.check === undefined ? undefined : task?.checks[wanted.check]?.where;
  const status: Status = task?.status ?? "todo";
  const ofTask = wanted.task && lineOfTask({ checks: [], ...task, id: wanted.task, status }, exercises, lesson);
  return ofCheck ?? ofTask ?? ofProblem ?? `${lesson.slug}/${lesson.files[0]}:1`;
}

/** @param where A report's `where`: "04-visibility-queue/visibility-queue.ts:48". */
export async function openInEditor(lesson: Lesson, where: string): Promise<Opened> {
  const place = `${exercises.shownAs}/${where}`;
  const file = sourceOfWhere(exercises, lesson, where);
  const editor = editorAtHand();
  const opened = (problem: string | null) => ({ place, problem });
  if (editor === null)
    return opened("No editor that runs was found. Start yours, or name it: LAUNCH_EDITOR=code npm start");
  if (!existsSync(file)) return opened("The file is not there. A reset brings the starter back");
  return opened(
    await new Promise<string | null>((resolve) => {
      launch(`${file}:${where.slice(where.lastIndexOf(":") + 1)}`, editor, (_file, why) => {
        resolve(`${editor} did not open it${why ? `: ${why.replace(/\.$/, "")}` : ""}`);
      });
      setTimeout(() => resolve(null), STARTS_WITHIN_MS);
    }),
  );
}

/** The one that the learner has named, or one that runs; null where there is none. */
function editorAtHand(): string | null {
  const { LAUNCH_EDITOR } = process.env;
  if (LAUNCH_EDITOR) return LAUNCH_EDITOR;
  const [running] = guess();
  if (!running || IN_THE_TERMINAL.test(path.basename(running))) return null;
  // A path is one word, whatever is in it; "code --wait" is two.
  return existsSync(running) ? `'${running}'` : running;
}
