// One check in full: what was done and seen, the learner's line, the misconception, and the picture.

import type { CheckReport, TaskReport } from "../../grading/report.ts";
import type { CheckView } from "../check-screen.ts";
import { onLinesOfTheirOwn } from "../verdict-words.ts";
import { type Html, html } from "./html.ts";
import { schedulePlayerHtml } from "./schedule-player.ts";
import { timelineHtml } from "./timeline-picture.ts";
import { withCode } from "./words.ts";

/** The text of the learner's line that a report's `where` names; null where it cannot be read. */
export type LineText = (where: string) => string | null;

/** The id of a task's element, or a check's: "check-04-2", "check-04-2-3". */
export function idOf(task: TaskReport, check?: number): string {
  return `check-${task.id.replace(".", "-")}${check === undefined ? "" : `-${check}`}`;
}

/** @param index Which of its task's checks it is, from 0: with it the server finds the learner's line again. */
export function failureHtml(task: TaskReport, index: number, view: CheckView, lineText: LineText): Html {
  const check = task.checks[index];
  if (!check) return html``;
  const known = check.misconception ? view.misconceptions(check.misconception) : undefined;
  return html`${check.message && sentenceHtml(check.message)}
${check.where && placeHtml(check.where, `${task.id}/${index}`, view, lineText)}
${known && html`<div class="mistake"><p><strong>A known mistake:</strong> ${withCode(known.misconception)}</p><p><strong>Way out:</strong> ${withCode(known.wayOut)}</p></div>`}
${happenedHtml(check, task, idOf(task, index))}`;
}

/** The learner's line: a button that opens it in the editor, and its text. */
export function placeHtml(where: string, check: string, view: CheckView, lineText: LineText): Html {
  const text = lineText(where)?.trim();
  return html`<p class="place-of">${openButton(where, check, view)}${text && html`<code>${text}</code>`}</p>`;
}

/** @param check "04.2/3", or a task by itself: the server knows the place that it stands for. */
export function openButton(where: string, check: string, { report, source }: CheckView): Html {
  return html`<button type="button" class="link" data-open="${report.lesson}" data-open-check="${check}" title="Open it in your editor">${source(where).shownAs}</button>`;
}

function sentenceHtml(message: string): Html {
  const lines = onLinesOfTheirOwn(message).split("\n");
  return html`<p class="sentence">${lines.map((line) => html`<span>${line}</span>\n`)}</p>`;
}

function happenedHtml({ schedule, timeline }: CheckReport, task: TaskReport, id: string): Html {
  if (schedule) return schedulePlayerHtml(schedule, `npm run check ${task.id}`, `${id}-schedule`);
  return timeline && timeline.length > 0 ? timelineHtml(timeline, `${id}-timeline`) : html``;
}
