// The verdict in the panel beside a lesson's text: the sum first, each task with its checks, the first failure
// in full, the next step last. Ids stay the same from one grading to the next, so that the page can be patched.

import { readFileSync } from "node:fs";
import { stripVTControlCharacters } from "node:util";
import type { CheckReport, LessonReport, Status, TaskReport } from "../../grading/report.ts";
import { type CheckView, firstOpen } from "../check-screen.ts";
import { cutPrinted, firstFailed, noteOn, sumInWords, whereIn } from "../verdict-words.ts";
import { failureHtml, idOf, type LineText, openButton, placeHtml } from "./failure.ts";
import { type Html, html } from "./html.ts";
import { statusHtml } from "./status.ts";
import { counted, withCode } from "./words.ts";

/** What is inside of the panel. `lineText` is asked for the learner's own lines. */
export function verdictHtml(view: CheckView, lineText: LineText = linesOf(view)): Html {
  const { report } = view;
  const first = firstFailed(report);
  return html`<p class="sum ${report.verdict}" id="sum">${statusHtml(report.verdict)} ${capital(sumInWords(report).words)}</p>
${report.problem !== null && html`<p class="problem" id="problem">${withCode(report.problem)}</p>${problemPlaceHtml(report.problem, view, lineText)}`}
<ul class="tasks" id="tasks">${report.tasks.map((task) => taskHtml(task, task === first, view, lineText))}</ul>
${printedHtml(view.printed)}
${nextHtml(view)}`;
}

/** One sentence for those who listen: what came of it, and the first thing that is wrong. */
export function announcement(report: LessonReport): string {
  const lesson = `Lesson ${report.lesson}`;
  if (report.verdict === "stopped") return `${lesson}: stopped. ${report.problem ?? ""}`.trimEnd();
  const { words } = sumInWords(report);
  if (report.verdict === "passed") return `${lesson}: passed, ${words}.`;
  const failed = firstFailed(report);
  const check = failed?.checks.find(({ status }) => status === "failed");
  if (failed && check) return `${lesson}: failed, ${words}. ${failed.id} fails: ${check.name}.`;
  return `${lesson}: ${words}. ${firstOpen(report)?.id} is not written yet.`;
}

/** The learner's line that a problem names, where it names one. */
function problemPlaceHtml(problem: string, view: CheckView, lineText: LineText): Html {
  const where = whereIn(problem, view.report.slug);
  return html`${where && placeHtml(where, view.report.lesson, view, lineText)}`;
}

function taskHtml(task: TaskReport, isFirst: boolean, view: CheckView, lineText: LineText): Html {
  const id = idOf(task);
  const note = noteOn(task);
  const head = html`${statusHtml(task.status)} <span class="task-title">${task.id} ${task.title}${task.stretch && html` <small>stretch</small>`}</span>${note && html` <small class="note">${note}</small>`}`;
  const checks = checksHtml(task, isFirst, view, lineText);
  const inner = isFirst
    ? html`<div class="task-open"><h3>${head}</h3>${checks}</div>`
    : html`<details id="${id}-checks"><summary><h3>${head}</h3></summary>${checks}</details>`;
  return html`<li class="task ${task.status}" id="${id}">${inner}</li>\n`;
}

/** Those that did not pass come first, in their order; where the task is the first that failed, the first is open. */
function checksHtml(task: TaskReport, isFirst: boolean, view: CheckView, lineText: LineText): Html {
  const indexes = [...task.checks.keys()];
  const passed = indexes.filter((index) => task.checks[index]?.status === "passed");
  const rest = indexes.filter((index) => !passed.includes(index));
  const open = isFirst ? rest.find((index) => task.checks[index]?.status === "failed") : undefined;
  const names = html`<ul class="checks">${passed.map((index) => nameHtml(task, index))}</ul>`;
  if (rest.length === 0) return names;
  const many = `${counted(passed.length, "check")} that ${passed.length === 1 ? "passes" : "pass"}`;
  return html`${unwrittenHtml(task, view, lineText)}<ul class="checks">${rest.map((index) =>
    checkHtml(task, index, index === open, view, lineText),
  )}</ul>${passed.length > 0 && html`<details class="others" id="${idOf(task)}-passed"><summary>${many}</summary>${names}</details>`}`;
}

function checkHtml(task: TaskReport, index: number, isOpen: boolean, view: CheckView, lineText: LineText): Html {
  const { name, status, message, schedule } = task.checks[index] as CheckReport;
  if (status === "todo" || !message) return nameHtml(task, index);
  const id = idOf(task, index);
  const head = html`<h4>${statusHtml(status)} ${name}${!isOpen && schedule && html` <small class="note">with its shortest schedule</small>`}</h4>`;
  const body = failureHtml(task, index, view, lineText);
  return isOpen
    ? html`<li class="check ${status} in-full" id="${id}">${head}${body}</li>\n`
    : html`<li class="check ${status}" id="${id}"><details id="${id}-more"><summary>${head}</summary>${body}</details></li>\n`;
}

function nameHtml(task: TaskReport, index: number): Html {
  const { name, status } = task.checks[index] as CheckReport;
  return html`<li class="check ${status}" id="${idOf(task, index)}">${statusHtml(status)} ${name}</li>\n`;
}

/** What the checks of a task came upon that is not written yet, once for all of them. */
function unwrittenHtml(task: TaskReport, view: CheckView, lineText: LineText): Html {
  const index = task.checks.findIndex(({ status, where }) => status === "todo" && where);
  const { message, where } = task.checks[index] ?? {};
  return html`${message && html`<p class="sentence">${message}</p>`}${where && placeHtml(where, `${task.id}/${index}`, view, lineText)}`;
}

function printedHtml(printed: string): Html {
  const { lines, more } = cutPrinted(stripVTControlCharacters(printed));
  if (lines.length === 0) return html``;
  return html`<div class="printed" id="printed"><h3>Your code printed</h3><pre tabindex="0" role="group" aria-label="What your code printed">${lines.join("\n")}</pre>${more > 0 && html`<p>… and ${counted(more, "more line")}</p>`}</div>`;
}

function nextHtml(view: CheckView): Html {
  const { report, progress, nextLesson } = view;
  if (!progress) return html``;
  const steps: Record<Status, () => Html> = {
    passed: () =>
      html`${
        nextLesson
          ? html`<a class="button primary" href="/${nextLesson}/">Go on to lesson ${nextLesson}</a>`
          : html`<strong>That was the last lesson.</strong>`
      } <a class="button" href="/${report.slug}/compare/">Compare with the reference</a>${stretchHtml(report)}`,
    stopped: () => html`<strong>Next:</strong> mend that, and save.`,
    failed: () => openTaskHtml(view),
    todo: () => openTaskHtml(view),
  };
  return html`<div class="next" id="next">${steps[report.verdict]()}<p class="of-all">${progress.passed} of ${progress.of} lessons passed</p></div>`;
}

function stretchHtml(report: LessonReport): Html {
  const open = firstOpen(report);
  return html`${open && html`<p>Or go further: ${taskLink(open)} ${hintButton(open)}</p>`}`;
}

function openTaskHtml(view: CheckView): Html {
  const task = firstOpen(view.report);
  if (!task) return html``;
  return html`<p><strong>Next:</strong> ${taskLink(task)}${view.nextLine && html`, in ${openButton(view.nextLine, task.id, view)}`}</p>${hintButton(task)}`;
}

/** To the task in the lesson's text, which is on the same page. */
function taskLink({ id, title }: TaskReport): Html {
  return html`<a href="#${id}">${id} ${title}</a>`;
}

function hintButton({ id }: TaskReport): Html {
  return html`<button type="button" data-hint-next="${id}">A hint for ${id}</button>`;
}

function capital(words: string): string {
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** Reads the learner's files. What was graded a moment ago may be gone by now. */
function linesOf(view: CheckView): LineText {
  return (where) => {
    try {
      const lines = readFileSync(view.source(where).file, "utf8").split("\n");
      return lines[Number(where.slice(where.lastIndexOf(":") + 1)) - 1] ?? null;
    } catch {
      return null;
    }
  };
}
