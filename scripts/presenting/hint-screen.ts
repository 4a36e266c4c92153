// One hint, and how to get at the next.

import type { Task } from "../lessons/text.ts";
import { markdownLines } from "./markdown.ts";
import type { Terminal } from "./terminal.ts";

/** @param shown The number of the hint to show, from 1 up. */
export function hintScreen(task: Task, shown: number, terminal: Terminal): string {
  const of = task.hints.length;
  if (of === 0) return `${task.id} ${task.title} has no hints.`;
  const [lesson = ""] = task.id.split(".");
  const next =
    shown < of
      ? `The next one: npm run hint ${task.id}`
      : `That was the last one. The whole answer: npm run compare ${lesson}`;
  return [
    `${terminal.bold(`${task.id} ${task.title}`)}, hint ${shown} of ${of}`,
    "",
    ...markdownLines(task.hints[shown - 1] ?? "", terminal, "  "),
    "",
    terminal.dim(next),
  ].join("\n");
}
