// A lesson as a page: its contents on the left, its text, and the learner's own work on the right.

import type { Status } from "../../grading/report.ts";
import type { Progress } from "../../learner/state.ts";
import { allLessons, type Lesson } from "../../lessons/catalog.ts";
import { type LessonText, textOf } from "../../lessons/text.ts";

import { type Html, html, raw } from "./html.ts";
import { pageOf, type Theme } from "./layout.ts";
import { type ContentsEntry, lessonHtml } from "./lesson-text.ts";
import { statusHtml } from "./status.ts";

export interface LessonView {
  lesson: Lesson;
  text: LessonText;
  progress: Progress;
  hasLab: boolean;
  /** What resets have kept aside, the newest first. */
  kept: readonly { folder: string; files: readonly string[] }[];
}

export async function lessonPage(view: LessonView, theme: Theme): Promise<Html> {
  const { lesson, text, progress } = view;
  const statuses = progress.lessons[lesson.slug]?.tasks ?? {};
  const rendered = await lessonHtml({ ...lesson, text, statuses, hintsShown: progress.hints });
  const main = html`<div class="lesson">
<nav class="contents" aria-label="Contents"><details id="contents"><summary>Contents</summary>${contentsHtml(rendered.contents, statuses)}</details><a class="to-work" href="#work">Your work</a></nav>
<article class="prose">
${raw(String(rendered.html))}
${neighboursHtml(lesson)}
</article>
${workHtml(view)}
</div>`;
  const title = `${lesson.number} ${text.title}`;
  return pageOf({ kind: "lesson", title, theme, main, lesson, scripts: ["lesson"] });
}

/** Loads what a lesson's first rendering needs, so that nobody waits for it: the colours of code, the drawings. */
export async function prepareLesson(lesson: Lesson): Promise<void> {
  await lessonHtml({ ...lesson, text: textOf(lesson), statuses: {}, hintsShown: {} });
}

function contentsHtml(contents: readonly ContentsEntry[], statuses: Record<string, Status>): Html {
  const entries = contents.filter(({ level }) => level > 1);
  return html`<ol>${entries.map(
    ({ id, title, level, task }) =>
      html`<li class="level-${level}"><a href="#${id}">${
        task ? html`<span data-task-sign="${task}">${statusHtml(statuses[task] ?? null)}</span> ` : ""
      }${title}</a></li>`,
  )}</ol>`;
}

function neighboursHtml(lesson: Lesson): Html {
  const lessons = allLessons();
  const index = lessons.findIndex(({ slug }) => slug === lesson.slug);
  const link = (other: Lesson | undefined, rel: "prev" | "next", words: string) =>
    other
      ? html`<a rel="${rel}" href="/${other.slug}/"><span>${words}</span> ${other.number} ${textOf(other).title}</a>`
      : html`<span></span>`;
  return html`<nav class="neighbours" aria-label="Neighbouring lessons">${link(lessons[index - 1], "prev", "Before")}${link(lessons[index + 1], "next", "After")}</nav>`;
}

/** The learner's side. What is inside of `#verdict` is sent anew with every verdict. */
function workHtml({ lesson, hasLab, kept }: LessonView): Html {
  const first = `exercises/${lesson.slug}/${lesson.files[0]}`;
  return html`<aside class="work" id="work" aria-label="Your work" tabindex="-1">
<div class="work-head">
  <h2>Your work</h2>
  <p id="checking" class="checking">Checking …</p>
</div>
<div id="first-failure" class="first-failure" hidden></div>
<p id="trouble" class="trouble" hidden></p>
<div id="verdict"></div>
<div class="work-actions">
  <button type="button" data-open="${lesson.number}">Open ${lesson.files.length === 1 ? lesson.files[0] : "the files"} in your editor</button>
  ${hasLab ? html`<a class="button" href="/${lesson.slug}/lab/">See it run in the lab</a>` : ""}
  <button type="button" class="quiet" id="reset">Reset …</button>
</div>
<p class="place">Graded on every save of <code>${first}</code>${lesson.files.length > 1 ? " and its neighbours" : ""}.</p>
<p id="opened" class="opened" role="status"></p>
<details class="kept" id="kept"${kept.length === 0 ? " hidden" : ""}>
  <summary>Kept aside by resets: <span data-kept-count>${kept.length}</span></summary>
  <ul>${kept.map(({ folder, files }) => html`<li><code>${folder}</code><br>${files.join(", ")}</li>`)}</ul>
</details>
<dialog id="reset-dialog" aria-labelledby="reset-title">
  <form method="dialog">
    <h2 id="reset-title">The starter of lesson ${lesson.number} again?</h2>
    <p>Your files in <code>exercises/${lesson.slug}/</code> are copied aside first, into <code>.workbook/saved/</code>. Nothing is lost.</p>
    <div class="dialog-actions">
      <button value="no" autofocus>Keep my files</button>
      <button value="yes" class="primary">Reset</button>
    </div>
  </form>
</dialog>
</aside>`;
}
