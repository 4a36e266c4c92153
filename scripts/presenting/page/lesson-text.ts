// A lesson's Markdown as HTML: headings that can be linked to, tasks with their state, hints, figures, tables and
// footnotes. HTML that stands in the Markdown is shown as text, except `<details>` with its `<summary>`.

import markdownIt, { type MarkdownIt, type Token } from "markdown-it";
import anchors from "markdown-it-anchor";
import footnotes from "markdown-it-footnote";
import type { Status } from "../../grading/report.ts";
import type { LessonText, Task } from "../../lessons/text.ts";
import { openingOfDetails } from "./hints.ts";
import { type Html, html, raw } from "./html.ts";
import { type FenceHtml, fenceRenderer } from "./lesson-figures.ts";
import { withOwnLinks } from "./lesson-links.ts";
import { nameRows, openingOfTable } from "./lesson-tables.ts";
import { statusHtml } from "./status.ts";

export interface LessonTextView {
  text: LessonText;
  /** The last status of each task, by its id; none where it was never graded. */
  statuses: Record<string, Status>;
  /** How many hints of a task were shown, by its id. */
  hintsShown: Record<string, number>;
}

export interface ContentsEntry {
  /** Of its heading. */
  id: string;
  title: string;
  /** 2 or 3. */
  level: number;
  /** "04.2", where it is a task. */
  task?: string;
}

export async function lessonHtml(view: LessonTextView): Promise<{ html: Html; contents: ContentsEntry[] }> {
  const tokens = parser.parse(view.text.markdown, {});
  const fences = tokens.filter(({ type }) => type === "fence");
  const contents: ContentsEntry[] = [];
  const fence = await fenceRenderer(fences.map(languageOf));
  return { html: raw(htmlOf(tokens, { view, contents, fence })), contents };
}

const parser = lessonParser();

function lessonParser(): MarkdownIt {
  // With `html` the parser finds the blocks of HTML. Which come through is settled in `htmlOf`; the others are text.
  const markdown = markdownIt({ html: true });
  // Nothing is loaded from elsewhere: an image becomes a link to it.
  markdown
    .disable("image")
    .use(footnotes)
    .use(anchors, { level: [2, 3], tabIndex: false, slugify: idOf });
  const { rules } = markdown.renderer;
  rules.html_block = (tokens, index) => `${html`<p>${tokens[index]?.content}</p>\n`}`;
  rules.html_inline = (tokens, index) => `${html`${tokens[index]?.content}`}`;
  return markdown;
}

/** A task's is its number, whatever its title becomes. Another heading's is the one that it has on GitHub. */
function idOf(title: string): string {
  const task = /^\d\d\.\d+(?= )/.exec(title);
  if (task) return task[0];
  const letters = title.toLowerCase().replaceAll(/[^\p{L}\p{N}\s_-]/gu, "");
  return letters.trim().replaceAll(/\s/g, "-");
}

interface Page {
  view: LessonTextView;
  /** Filled on the way. */
  contents: ContentsEntry[];
  fence: FenceHtml;
}

/** Token by token, as the parser's own renderer would go, with what the page has in addition. */
function htmlOf(tokens: Token[], { view, contents, fence }: Page): string {
  let task: Task | null = null;
  let tables = 0;
  const endOfTask = () => (task ? "</section>\n" : "");
  nameRows(tokens);

  const pieces = tokens.map((token, index) => {
    switch (token.type) {
      case "heading_open": {
        if (token.tag === "h1") break;
        const end = endOfTask();
        const id = String(token.attrGet("id"));
        task = view.text.tasks.find((one) => one.id === id) ?? null;
        const heading = tokens[index + 1]?.children ?? [];
        if (task?.stretch) withoutStretchMark(heading);
        contents.push({
          id,
          title: titleOf(heading),
          level: Number(token.tag.slice(1)),
          ...(task && { task: task.id }),
        });
        const section = task ? html`<section class="task" data-task="${id}">\n` : "";
        return `${end}${section}<div class="heading">${standard(tokens, index)}`;
      }
      case "heading_close": {
        const entry = contents.at(-1);
        if (token.tag === "h1" || !entry) break;
        const badge = task?.stretch ? html` <span class="badge">stretch</span>` : "";
        const link = html`<a class="permalink" href="#${entry.id}"><span aria-hidden="true">#</span><span class="visually-hidden">Link to ${entry.title}</span></a>`;
        const bar = task ? taskBar(task.id, view.statuses[task.id] ?? null) : "";
        return `${badge}${standard(tokens, index).trimEnd()}${link}</div>\n${bar}`;
      }
      case "paragraph_open":
        if (tokens[index - 1]?.tag === "h1") token.attrSet("class", "about");
        break;
      case "table_open":
        return `${openingOfTable(tokens, index, ++tables)}${standard(tokens, index)}`;
      case "table_close":
        return `${standard(tokens, index)}</div>\n`;
      case "fence":
        return `${fence(languageOf(token), token.info.trim().slice(languageOf(token).length).trim(), token.content)}`;
      case "html_block": {
        const summary = /^<details>\s*<summary>([^<]*)<\/summary>\s*$/.exec(token.content)?.[1];
        if (summary !== undefined) return `${openingOfDetails(summary, task?.id ?? null, view.hintsShown)}`;
        if (/^<\/details>\s*$/.test(token.content)) return "</details>\n";
        break;
      }
      case "footnote_block_open": {
        const end = endOfTask();
        task = null;
        return end + standard(tokens, index);
      }
    }
    return standard(tokens, index);
  });
  return pieces.join("") + endOfTask();
}

function standard(tokens: Token[], index: number): string {
  const { renderer, options } = parser;
  const token = tokens[index] as Token;
  if (token.type === "inline") return renderer.renderInline(withOwnLinks(token.children ?? []), options, {});
  const rule = renderer.rules[token.type];
  return rule ? rule(tokens, index, options, {}, renderer) : renderer.renderToken(tokens, index, options);
}

/** Its place is filled anew with each verdict, by `data-task-state`. */
function taskBar(task: string, status: Status | null): Html {
  return html`<div class="task-bar"><span class="state" data-task-state="${task}">${statusHtml(status, true)}</span><button type="button" class="quiet" data-open="${task}">Open in editor<span class="visually-hidden"> at ${task}</span></button></div>\n`;
}

function titleOf(heading: readonly Token[]): string {
  return heading.map(({ content }) => content).join("");
}

/** The mark stands as a word of its own beside the title. */
function withoutStretchMark(heading: readonly Token[]): void {
  const last = heading.at(-1);
  if (last) last.content = last.content.replace(/ \(stretch\)$/, "");
}

function languageOf({ info }: Token): string {
  return /^\s*(\S*)/.exec(info)?.[1] ?? "";
}
