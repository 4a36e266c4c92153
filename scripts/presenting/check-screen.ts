// The screen of one graded lesson: verdict first, the first failure in full and the rest by name, the
// next step last.

import type { ScheduleTable } from "../../test/support/failure.ts";
import type { CheckReport, LessonReport, Status, TaskReport } from "../grading/report.ts";
import { scheduleLines } from "./schedule.ts";
import type { Terminal } from "./terminal.ts";
import { timelineLines } from "./timeline.ts";
import { cutPrinted, firstFailed, noteOn, onLinesOfTheirOwn, sumInWords } from "./verdict-words.ts";

/** A misconception in words. */
export interface Misconception {
  misconception: string;
  wayOut: string;
}

/** What the screen needs beside the report. */
export interface CheckView {
  report: LessonReport;
  /** The lesson's title: "Batch receive". */
  title: string;
  /** What the learner's code printed. */
  printed: string;
  /** Words for the misconception ids of the report. */
  misconceptions: (id: string) => Misconception | undefined;
  /** The file behind a report's `where`, and how its path is shown. */
  source: (where: string) => { file: string; shownAs: string };
  /** Where the next step is to be made, if it is a line. */
  nextLine: string | null;
  /** Lessons passed, of how many; null where this is not the learner's own work. */
  progress: { passed: number; of: number } | null;
  /** The number of the next lesson that is not passed, if any. */
  nextLesson: string | null;
}

export function checkScreen(view: CheckView, terminal: Terminal): string {
  const { report } = view;
  const lines = [verdictLine(view, terminal), ""];
  if (report.problem !== null) lines.push(terminal.wrap(report.problem, "  "), "");
  const first = firstFailed(report);
  for (const task of report.tasks) lines.push(...taskLines(task, task === first, view, terminal));
  lines.push("", ...printedLines(view.printed, terminal), ...nextLines(view, terminal));
  return lines.join("\n");
}

function verdictLine({ report, title }: CheckView, terminal: Terminal): string {
  const { words, isAll } = sumInWords(report);
  const sum = isAll ? terminal.good(words) : report.verdict === "stopped" ? terminal.bad(words) : words;
  return `${terminal.bold(`${report.lesson} ${title}`)}: ${sum}`;
}

/** Failed checks that are shown by name. All of them are in the JSON document. */
const MOST_NAMES = 7;

function taskLines(task: TaskReport, isFirst: boolean, view: CheckView, terminal: Terminal): string[] {
  const title = `${task.id} ${task.title}${task.stretch ? terminal.dim(" (stretch)") : ""}`;
  const note = noteOn(task);
  const lines = [
    hanging(`  ${mark(task.status, terminal)} `, `${title}${note ? terminal.dim(`  ${note}`) : ""}`, terminal),
  ];
  const stopped = task.checks.find((check) => check.status === "stopped" && check.message);
  if (stopped) lines.push(terminal.wrap(stopped.message ?? "", " ".repeat(6)));
  const replayed = task.checks.find((check) => check.status === "passed" && check.schedule);
  if (replayed?.schedule) lines.push("", ...tableLines(replayed.schedule, view, terminal), "");
  if (!isFirst) return lines;
  // The names of one task's checks fit on a screen; those of all would push the first failure off it.
  const failed = task.checks.filter((check) => check.status === "failed");
  for (const [index, check] of failed.slice(0, MOST_NAMES).entries()) {
    lines.push(hanging(`      ${mark(check.status, terminal)} `, check.name, terminal));
    if (index === 0) lines.push(...failureLines(check, view, terminal));
  }
  if (failed.length > MOST_NAMES) lines.push(terminal.dim(`      … and ${failed.length - MOST_NAMES} more`));
  return lines;
}

/** `lead`, and `text` wrapped beside it. */
function hanging(lead: string, text: string, terminal: Terminal): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colours take no room.
  const indent = " ".repeat(lead.replace(/\u001B\[\d+m/g, "").length);
  return lead + terminal.wrap(text, indent).slice(indent.length);
}

function failureLines(check: CheckReport, view: CheckView, terminal: Terminal): string[] {
  const indent = " ".repeat(10);
  const lines = [terminal.bad(terminal.wrap(onLinesOfTheirOwn(check.message ?? ""), indent))];
  if (check.where) lines.push(indent + terminal.dim(`at ${whereLink(check.where, view, terminal)}`));
  const known = check.misconception ? view.misconceptions(check.misconception) : undefined;
  if (known) {
    lines.push("", terminal.wrap(`${terminal.bold("A known mistake:")} ${known.misconception}`, indent));
    lines.push(terminal.wrap(`${terminal.bold("Way out:")} ${known.wayOut}`, indent));
  }
  if (check.schedule) lines.push("", ...tableLines(check.schedule, view, terminal));
  else if (check.timeline) lines.push("", ...timelineLines(check.timeline, terminal, indent));
  return [...lines, ""];
}

/** A table needs the room: it stands further left than the words above it. */
function tableLines(schedule: ScheduleTable, { report }: CheckView, terminal: Terminal): string[] {
  const task = report.tasks.find(({ checks }) => checks.some((check) => check.schedule === schedule));
  return scheduleLines(schedule, `npm run check ${task?.id ?? report.lesson}`, terminal, " ".repeat(6));
}

function whereLink(where: string, view: CheckView, terminal: Terminal): string {
  const line = Number(where.slice(where.lastIndexOf(":") + 1));
  const { file, shownAs } = view.source(where);
  return terminal.link(shownAs, file, line);
}

function printedLines(printed: string, terminal: Terminal): string[] {
  const { lines, more } = cutPrinted(printed);
  if (lines.length === 0) return [];
  const shown = lines.map((line) => `  ${terminal.dim("│")} ${line}`);
  if (more > 0) shown.push(terminal.dim(`  │ … and ${more} more line${more === 1 ? "" : "s"}`));
  return [terminal.dim("  Your code printed:"), ...shown, ""];
}

function nextLines(view: CheckView, terminal: Terminal): string[] {
  const { report, progress } = view;
  if (!progress) return [];
  const bar = progressBar(progress.passed, progress.of);
  if (report.verdict === "passed") {
    const stretch = report.tasks.find((task) => task.status !== "passed");
    const steps = [`Compare: npm run compare ${report.lesson}`];
    if (stretch) steps.push(`stretch: ${stretch.id} ${stretch.title}`);
    steps.push(view.nextLesson ? `go on: npm run watch ${view.nextLesson}` : "that was the last lesson");
    return [terminal.wrap(steps.join(" · ")), terminal.dim(bar)];
  }
  const startOver = `start over: npm run reset ${report.lesson}`;
  if (report.verdict === "stopped") return [withBar(`Next: mend that. Or ${startOver}`, bar, terminal)];
  const task = firstOpen(report);
  const id = task?.id ?? report.lesson;
  const place = view.nextLine ? ` in ${whereLink(view.nextLine, view, terminal)}` : "";
  return [`Next: ${terminal.bold(id)}${place}`, withBar(`Stuck? npm run hint ${id} · ${startOver}`, bar, terminal)];
}

/** The task to work on: the first that has not passed, stretch tasks last. */
export function firstOpen({ tasks }: LessonReport): TaskReport | undefined {
  const open = tasks.filter((task) => task.status !== "passed");
  return open.find((task) => !task.stretch) ?? open[0];
}

function withBar(text: string, bar: string, terminal: Terminal): string {
  const gap = terminal.width < text.length + bar.length + 6 ? "\n" : "      ";
  return `${text}${gap}${terminal.dim(bar)}`;
}

/** "[####>---] 4/8 lessons" */
export function progressBar(passed: number, of: number): string {
  const width = Math.max(of, 8);
  const done = Math.round((passed / Math.max(1, of)) * width);
  const bar = done === width ? "#".repeat(width) : `${"#".repeat(done)}>${"-".repeat(width - done - 1)}`;
  return `[${bar}] ${passed}/${of} lessons`;
}

export function mark(status: Status, terminal: Terminal): string {
  switch (status) {
    case "passed":
      return terminal.good("✓");
    case "failed":
      return terminal.bad("✗");
    case "stopped":
      return terminal.bad("■");
    case "todo":
      return terminal.open("○");
  }
}
