// The first page: all lessons with their state, and the one thing to do next.

import type { ProgressView } from "../progress-screen.ts";
import { type Html, html } from "./html.ts";
import { statusHtml } from "./status.ts";
import { counted, withCode } from "./words.ts";

type LessonCard = ProgressView["lessons"][number];
type TaskState = LessonCard["tasks"][number];

export type HomeView = ProgressView;

export function homeHtml({ lessons, passed, of, next }: HomeView): Html {
  const current = lessons.find(({ number }) => number === next);
  return html`<div class="home">
<div class="welcome">
<div>
<h1>The queue workbook</h1>
<p class="lead">Learn how queues really work by building them. Read a lesson, fill in its starter in your own editor, and see on every save what your queue does.</p>
${current ? continueHtml(current) : html`<p class="done"><strong>Every lesson is passed.</strong></p>`}
</div>
${overallHtml(lessons, passed, of)}
</div>
<h2>Lessons</h2>
<ol class="lessons">${lessons.map((lesson) => lessonHtml(lesson, lesson === current))}</ol>
</div>`;
}

function continueHtml(lesson: LessonCard): Html {
  const { tasks, number, slug, title } = lesson;
  const task = tasks.find(({ stretch, status }) => !stretch && status !== "passed");
  const isNew = tasks.every(({ status }) => status === null || status === "todo");
  const words = isNew
    ? `Begin with ${number} ${title}`
    : `Continue with ${task ? `${task.id} ${task.title}` : `${number} ${title}`}`;
  const anchor = isNew || !task ? "" : `#${task.id}`;
  return html`<p><a class="button primary go-on" href="/${slug}/${anchor}">${words}</a></p>`;
}

function overallHtml(lessons: readonly LessonCard[], passed: number, of: number): Html {
  const { done, all } = countOf(lessons.flatMap(({ tasks }) => tasks));
  return html`<div class="overall">
<label for="overall">${done} of ${counted(all, "task")} pass</label>
<progress id="overall" max="${all}" value="${done}"></progress>
<p>${passed} of ${of} lessons passed</p>
</div>`;
}

function lessonHtml({ number, slug, title, markdown, verdict, tasks }: LessonCard, isCurrent: boolean): Html {
  const { aim, minutes } = summaryOf(markdown);
  return html`<li class="lesson-card${isCurrent ? " current" : ""}" id="lesson-${number}">
<span class="number" aria-hidden="true">${number}</span>
<div class="what">
<h3><a href="/${slug}/"><span class="visually-hidden">${number} </span>${title}</a>${isCurrent && html` <small>next</small>`}</h3>
${aim && html`<p>${withCode(aim)}</p>`}
<p class="facts">${minutes && html`<span>${minutes}</span>`}<span>${verdict === "failed" ? "not passed yet" : statusHtml(verdict, true)}</span></p>
</div>
<div class="state">${tasksHtml(tasks)}</div>
</li>\n`;
}

/** A sign for each task, and their sum in words. */
function tasksHtml(tasks: readonly TaskState[]): Html {
  const { done, all } = countOf(tasks);
  const stretch = countOf(
    tasks.filter((task) => task.stretch),
    true,
  );
  const signs = tasks.map(
    ({ id, title, stretch: isStretch, status }) =>
      html`<span class="sign-of${isStretch ? " stretch" : ""} ${status ?? "open"}" title="${id} ${title}">${statusHtml(status)}</span>`,
  );
  return html`<p class="signs" aria-hidden="true">${signs}</p><p class="sum">${done} of ${counted(all, "task")} ${done === 1 ? "passes" : "pass"}${stretch.all > 0 && `, ${stretch.done} of ${stretch.all} stretch`}</p>`;
}

/** How many tasks pass, of how many: stretch tasks are asked for by themselves. */
function countOf(tasks: readonly TaskState[], isStretch = false): { done: number; all: number } {
  const counting = tasks.filter(({ stretch }) => stretch === isStretch);
  return { done: counting.filter(({ status }) => status === "passed").length, all: counting.length };
}

/** What a lesson's text says of itself: the first thing that one can do after it, and how long it takes. */
export function summaryOf(markdown: string): { aim: string | null; minutes: string | null } {
  const first = /^After this lesson you can:\n+- (.+?)[;.]?$/m.exec(markdown)?.[1];
  const minutes = /^_About (\d+) minutes/m.exec(markdown)?.[1];
  return {
    aim: first ? `${first.charAt(0).toUpperCase()}${first.slice(1)}.` : null,
    minutes: minutes ? durationOf(Number(minutes)) : null,
  };
}

/** As the README says it: "90 min", "5 h". */
function durationOf(minutes: number): string {
  return minutes >= 120 && minutes % 60 === 0 ? `${minutes / 60} h` : `${minutes} min`;
}
