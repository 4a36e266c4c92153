// Where the learner is: a line a lesson, and the next step.

import type { Status } from "../grading/report.ts";
import { mark, progressBar } from "./check-screen.ts";
import type { Terminal } from "./terminal.ts";

export interface ProgressView {
  lessons: {
    number: string;
    slug: string;
    title: string;
    markdown: string;
    /** Null where the lesson was never checked. */
    verdict: Status | null;
    tasks: { id: string; title: string; stretch: boolean; status: Status | null }[];
  }[];
  passed: number;
  of: number;
  /** The number of the next lesson to work on, if any. */
  next: string | null;
}

export function progressScreen({ lessons, passed, of, next }: ProgressView, terminal: Terminal): string {
  const rows = lessons.map(({ number, title, verdict, tasks }) => {
    const marks = tasks.map(
      (task) => (task.stretch ? "·" : "") + (task.status ? mark(task.status, terminal) : terminal.dim("–")),
    );
    const words =
      verdict === null
        ? "not checked yet"
        : { passed: "passed", failed: "not passed yet", todo: "begun", stopped: "stopped" }[verdict];
    return `  ${verdict ? mark(verdict, terminal) : terminal.dim("–")} ${`${number} ${title}`.padEnd(34)} ${marks.join(" ")}  ${terminal.dim(words)}`;
  });
  const step = next === null ? "Every lesson is passed." : `Next: npm run watch ${next}`;
  return [
    progressBar(passed, of),
    "",
    ...rows,
    "",
    terminal.dim("  ✓ passed  ✗ failed  ○ not written yet  ■ stopped  – not checked  · stretch"),
    "",
    step,
  ].join("\n");
}
