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

function parseText(markdown: string): LessonText {
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

const FOLD = /<details>\s*<summary>(.*?)<\/summary>\s*([\s\S]*?)\s*<\/details>/g;

/**
 * The text without what it folds away: hints have a command of their own, and everything else is a
 * line that says how to open it, unless it is to be open.
 */
export function foldedAway(markdown: string, howToOpen: string, isOpen: boolean): string {
  const sections = markdown.split(/^(?=##)/m).map((section) => {
    const id = TASK.exec(section.split("\n", 1)[0]?.trimEnd() ?? "")?.[1];
    const hints = [...section.matchAll(HINT)].length;
    const text = section.replace(HINT, "");
    return hints > 0 ? `${text.trimEnd()}\n\n▸ ${hints} hints: \`npm run hint ${id}\`\n\n` : text;
  });
  return sections
    .join("")
    .replace(FOLD, (_all, summary: string, inner: string) =>
      isOpen ? `**${summary}**\n\n${inner}` : `▸ ${summary}: \`${howToOpen}\``,
    );
}
