// Opens the learner's file in their editor, at the line. The page names a lesson, a task or a check; which
// file that is, is known here and nowhere else.

import launch from "launch-editor";
import type { Status } from "../grading/report.ts";
import { exercises, sourceOfWhere } from "../grading/subject.ts";
import type { Lesson } from "../lessons/catalog.ts";
import type { CheckView } from "../presenting/check-screen.ts";
import { lineOfTask } from "../presenting/views.ts";

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
  const ofCheck = wanted.check === undefined ? undefined : task?.checks[wanted.check]?.where;
  const status: Status = task?.status ?? "todo";
  const ofTask = wanted.task && lineOfTask({ checks: [], ...task, id: wanted.task, status }, exercises, lesson);
  return ofCheck ?? ofTask ?? `${lesson.slug}/${lesson.files[0]}:1`;
}

/** @param where A report's `where`: "04-visibility-queue/visibility-queue.ts:48". */
export async function openInEditor(lesson: Lesson, where: string): Promise<Opened> {
  const place = `${exercises.shownAs}/${where}`;
  const file = sourceOfWhere(exercises, lesson, where);
  const problem = await new Promise<string | null>((resolve) => {
    launch(`${file}:${where.slice(where.lastIndexOf(":") + 1)}`, process.env.LAUNCH_EDITOR, () => {
      resolve("No editor that runs was found. Start yours, or name it: LAUNCH_EDITOR=code npm start");
    });
    setTimeout(() => resolve(null), STARTS_WITHIN_MS);
  });
  return { place, problem };
}
