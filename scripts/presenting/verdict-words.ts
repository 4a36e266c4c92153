// What is said of a report in the same words on the terminal and on the page.

import type { LessonReport, TaskReport } from "../grading/report.ts";

/** "2 of 6 tasks pass". Stretch tasks count only where nothing else was asked for. */
export function sumInWords(report: LessonReport): { words: string; isAll: boolean } {
  if (report.verdict === "stopped") return { words: "stopped", isAll: false };
  const required = report.tasks.filter((task) => !task.stretch);
  const counted = required.length > 0 ? required : report.tasks;
  const passed = counted.filter((task) => task.status === "passed").length;
  if (passed < counted.length) {
    return { words: `${passed} of ${counted.length} tasks ${passed === 1 ? "passes" : "pass"}`, isAll: false };
  }
  return { words: counted.length === 1 ? "the task passes" : `all ${counted.length} tasks pass`, isAll: true };
}

/** The task whose failure is shown in full: the first that failed, stretch tasks last. */
export function firstFailed({ tasks }: LessonReport): TaskReport | undefined {
  const failed = tasks.filter((task) => task.status === "failed");
  return failed.find((task) => !task.stretch) ?? failed[0];
}

/** "3 of 5 checks pass"; empty where there is nothing to say beside the status. */
export function noteOn(task: TaskReport): string {
  const passed = task.checks.filter((check) => check.status === "passed").length;
  if (task.status === "todo") return "not written yet";
  if (task.status === "failed") return `${passed} of ${task.checks.length} checks pass`;
  if (task.status === "stopped" && passed > 0) return `${passed} of ${task.checks.length} checks passed before`;
  return "";
}

/** What was done, what was expected and what was seen, each on a line of its own. */
export function onLinesOfTheirOwn(message: string): string {
  return message.replace(/: expected /, ":\nexpected ").replace(/, (got|but it) (?!.*, (got|but it) )/s, "\n$1 ");
}

const MOST_PRINTED_LINES = 20;
const LONGEST_PRINTED_LINE = 500;

/** What the learner's code printed, cut: the lines to show, and how many more there are. */
export function cutPrinted(printed: string): { lines: string[]; more: number } {
  if (printed.trim() === "") return { lines: [], more: 0 };
  const lines = printed.trimEnd().split("\n");
  const shown = lines.slice(0, MOST_PRINTED_LINES).map((line) => line.slice(0, LONGEST_PRINTED_LINE));
  return { lines: shown, more: lines.length - shown.length };
}

/** The learner's line that a problem's sentence names, as a report's `where`; null where it names none. */
export function whereIn(problem: string, slug: string): string | null {
  const found = problem.split(/[\s()]+/).find((word) => word.includes(`${slug}/`) && /\.ts:\d+/.test(word));
  return found ? found.slice(found.indexOf(`${slug}/`)).replace(/(:\d+).*$/, "$1") : null;
}
