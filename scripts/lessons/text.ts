// What a lesson's text says of its tasks: titles, stretch marks and hints live there and nowhere else.

import { readFileSync } from "node:fs";
import type { Lesson } from "./catalog.ts";

export interface Task {
  /** "04.2" */
  id: string;
  title: string;
  stretch: boolean;
  /** From nudge to nearly told, as Markdown. */
  hints: string[];
}

export interface LessonText {
  title: string;
  tasks: Task[];
  markdown: string;
}

const TITLE = /^# \d\d (.+)$/m;
const TASK = /^### (\d\d\.\d+) (.+?)( \(stretch\))?$/;
const HINT = /<details>\s*<summary>Hint \d+<\/summary>\s*([\s\S]*?)\s*<\/details>/g;

export function textOf(lesson: Lesson): LessonText {
  return parseText(readFileSync(lesson.textFile, "utf8").replaceAll("\r\n", "\n"));
}

export function parseText(markdown: string): LessonText {
  const title = TITLE.exec(markdown)?.[1] ?? "";
  const tasks = markdown.split(/^(?=##)/m).flatMap((section): Task[] => {
    const [heading = ""] = section.split("\n", 1);
    const [, id, title, stretch] = TASK.exec(heading.trimEnd()) ?? [];
    if (!id || !title) return [];
    const hints = [...section.matchAll(HINT)].map((match) => match[1] ?? "");
    return [{ id, title: title.replaceAll("`", ""), stretch: stretch !== undefined, hints }];
  });
  return { title, tasks, markdown };
}
