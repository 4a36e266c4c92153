// The next hint of a lesson: for the task that is named, or the first that has not passed.

import type { Lesson } from "../lessons/catalog.ts";
import { type Task, textOf } from "../lessons/text.ts";
import { readProgress, recordHint, type Tell } from "./state.ts";

export interface NextHint {
  task: Task;
  /** The number of the hint to show, from 1 up; the last one again where all were shown. */
  number: number;
}

/** Counts the hint as shown. */
export function takeNextHint(lesson: Lesson, named: Task | undefined, tell: Tell): NextHint {
  const progress = readProgress(tell);
  const statuses = progress.lessons[lesson.slug]?.tasks ?? {};
  const { tasks } = textOf(lesson);
  const task = named ?? tasks.find(({ id }) => statuses[id] !== "passed") ?? tasks[0];
  if (!task) throw new Error(`${lesson.textFile} has no tasks.`);
  const number = Math.min((progress.hints[task.id] ?? 0) + 1, task.hints.length);
  recordHint(task.id, number, tell);
  return { task, number };
}
