// A lesson's text, on the page and in the terminal.

import stringWidth from "fast-string-width";
import { describe, expect, test } from "vitest";
import { allLessons } from "../../scripts/lessons/catalog.ts";
import { foldedAway, type LessonText, textOf } from "../../scripts/lessons/text.ts";
import { diagramDrawing, isDrawing } from "../../scripts/presenting/diagrams.ts";
import { lessonLines, markdownLines } from "../../scripts/presenting/markdown.ts";
import { lessonHtml } from "../../scripts/presenting/page/lesson-text.ts";
import { terminalWith } from "../../scripts/presenting/terminal.ts";

const plain = terminalWith({ colors: false, links: false, width: 80 });
const coloured = terminalWith({ colors: true, links: false, width: 80 });
const fences = (markdown: string) => [...markdown.matchAll(/^```(\S+) ?(.*)\n([\s\S]*?)^```$/gm)];

async function page(markdown: string, view: { tasks?: LessonText["tasks"]; hintsShown?: Record<string, number> } = {}) {
  const text = { title: "A text", tasks: view.tasks ?? [], markdown };
  const { html, contents } = await lessonHtml({ text, statuses: {}, hintsShown: view.hintsShown ?? {} });
  return { html: String(html), contents };
}

const task = { id: "70.2", title: "Ack", stretch: true, hints: ["a", "b", "c"] };
const hint = (number: number) => `<details>\n<summary>Hint ${number}</summary>\n\nSay *${number}*.\n\n</details>\n`;
const TASK_TEXT = `# 70 A queue\n\n_About 5 minutes._\n\n## Tasks\n\n### 70.2 Ack (stretch)\n\nText.\n\n${[1, 2, 3].map(hint).join("\n")}\n## Discussion\n\nMore.\n`;

describe.each(allLessons())("$slug", (lesson) => {
  const text = textOf(lesson);
  const rendered = lessonHtml({ text, statuses: {}, hintsShown: {} });

  test("is a page: whole, small, with each id once, and with nothing from elsewhere", async () => {
    const html = String((await rendered).html);
    const ids = [...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
    expect(html).not.toMatch(/<(?:script|link|img|iframe|object|embed|style)\b|@import|\bsrc=|url\((?!#)/i);
    expect(html).not.toContain("```");
    for (const tag of ["section", "div", "details", "figure", "table", "pre"]) {
      expect([tag, html.split(new RegExp(`<${tag}[ >]`)).length]).toEqual([tag, html.split(`</${tag}>`).length]);
    }
    expect(html.length).toBeLessThan(150_000);
  });

  test("has a place for each task's state, a way to the editor, and its hints in order", async () => {
    const { html, contents } = await rendered;
    const sections = String(html).split('<section class="task"').slice(1);
    expect(sections.length).toBe(text.tasks.length);
    for (const [index, { id, stretch, hints }] of text.tasks.entries()) {
      const section = sections[index] ?? "";
      expect(section).toContain(`data-task-state="${id}"`);
      expect(section).toContain(`data-open="${id}"`);
      expect(section.includes('class="badge"')).toBe(stretch);
      expect([...section.matchAll(/data-hint="(\d)"/g)].map(([, number]) => Number(number))).toEqual(
        hints.map((_, number) => number + 1),
      );
    }
    expect(contents.flatMap((entry) => entry.task ?? [])).toEqual(text.tasks.map(({ id }) => id));
    for (const { id } of contents) expect(String(html)).toContain(` id="${id}"`);
  });

  test("says in words what it draws in characters", () => {
    const drawings = fences(text.markdown).filter(
      ([, language, , content]) => language === "text" && isDrawing(content ?? ""),
    );
    expect(drawings.filter(([, , words]) => !words).map(([all]) => all)).toEqual([]);
  });

  test("draws all of each diagram, as a picture and in words", async () => {
    const draw = await diagramDrawing();
    for (const [, , , source = ""] of fences(text.markdown).filter(([, language]) => language === "mermaid")) {
      const { title, steps, svg, lines } = draw(source);
      expect(title).not.toBe("");
      const letters = (drawn: string) => drawn.replaceAll(/<[^>]*>|\s/g, "");
      const drawn = letters(svg("one"));
      const told = [lines(plain, 76), lines(plain, 44)].map((shown) => letters(shown.join("")));
      expect(steps.length).toBeGreaterThan(1);
      for (const part of steps.flatMap(({ from, to, label }) => [from, to, label])) {
        for (const place of [drawn, ...told]) expect(place).toContain(letters(part));
      }
    }
  });

  test.each([60, 80, 100])("is legible in a terminal of %i columns", async (width) => {
    const terminal = terminalWith({ colors: false, links: false, width });
    const lines = await lessonLines(foldedAway(text.markdown, "npm run read", true), terminal);
    expect(lines.filter((line) => /```|accTitle|<\/?(?:details|summary)>/.test(line))).toEqual([]);
    // A command and an address stay in one piece.
    const commands = fences(text.markdown).flatMap(([, language, , content = ""]) =>
      language === "bash" ? content.split("\n") : [],
    );
    const broken = lines.filter((line) => stringWidth(line) > width && !/https?:/.test(line));
    expect(broken.filter((line) => !commands.some((command) => command === line.slice(2)))).toEqual([]);
    for (const { id, title } of text.tasks) expect(lines.join("\n")).toContain(`${id} ${title}`);
  });
});

test("hints unfold one by one, and those that were shown stay", async () => {
  const hidden = async (shown: number) => {
    const { html } = await page(TASK_TEXT, { tasks: [task], hintsShown: { "70.2": shown } });
    const hints = [...html.matchAll(/<details class="hint"([^>]*)>/g)].map(([, attributes = ""]) => attributes);
    expect(hints.some((attributes) => / open/.test(attributes))).toBe(false);
    return hints.map((attributes) => [attributes.includes("data-shown"), attributes.endsWith(" hidden")]);
  };
  expect(await hidden(0)).toEqual([
    [false, false],
    [false, true],
    [false, true],
  ]);
  expect(await hidden(1)).toEqual([
    [true, false],
    [false, false],
    [false, true],
  ]);
  expect(await hidden(3)).toEqual([
    [true, false],
    [true, false],
    [true, false],
  ]);
});

test("a task has its state with sign and word, its mark, and ends where the next heading begins", async () => {
  const text = { title: "A queue", tasks: [task], markdown: TASK_TEXT };
  const { html, contents } = await lessonHtml({ text, statuses: { "70.2": "failed" }, hintsShown: {} });
  expect(String(html)).toMatch(/data-task-state="70\.2">.*✗.*failed/);
  expect(String(html)).toMatch(/<h3 id="70\.2">70\.2 Ack <span class="badge">stretch<\/span><\/h3>/);
  expect(String(html)).toMatch(/<\/section>\n<div class="heading"><h2 id="discussion">/);
  expect(String(html)).toContain('<p class="about"><em>About 5 minutes.</em></p>');
  expect(contents).toEqual([
    { id: "tasks", title: "Tasks", level: 2 },
    { id: "70.2", title: "70.2 Ack", level: 3, task: "70.2" },
    { id: "discussion", title: "Discussion", level: 2 },
  ]);
});

test("HTML in the text is text, except what folds away", async () => {
  const { html } = await page(
    'A <b onclick="x()">word</b> and ![alt](https://example.com/x.png).\n\n<script>x()</script>\n\n<details open>\n\nNo.\n\n<details>\n<summary>The answer</summary>\n\n**B**\n\n</details>\n',
  );
  expect(html.match(/<[a-z]+/g)).toEqual(["<p", "<a", "<p", "<p", "<p", "<details", "<summary", "<p", "<strong"]);
});

test("links lead to lessons and into the world; the others are text", async () => {
  const { html } = await page(
    "[a](01-one.md) [b](lessons/02-two.md#the-picture) [c](https://nodejs.org) [d](../exercises/x.ts) [e](javascript:x) [f](#g)",
  );
  expect(html).toBe(
    '<p><a href="/01-one/">a</a> <a href="/02-two/#the-picture">b</a> <a href="https://nodejs.org" rel="noreferrer">c</a> d [e](javascript:x) <a href="#g">f</a></p>\n',
  );
});

test("a table scrolls in a named place, and its first column names the rows where its corner is empty", async () => {
  const { html } = await page(
    "| | SQS | yours |\n| --- | --- | --- |\n| done | `DeleteMessage` | `ack` |\n\n| a | b |\n| - | - |\n| c | d |\n",
  );
  expect(html).toContain('role="region" aria-label="Table 1: SQS, yours" tabindex="0"><table>');
  expect(html).toMatch(/<tr>\n<td><\/td>\n<th scope="col">SQS<\/th>/);
  expect(html).toContain('<th scope="row">done</th>');
  expect(html).toMatch(/aria-label="Table 2: a, b"[\s\S]*<td>c<\/td>/);
});

test("code is in colour, whole, on the page and in the terminal", async () => {
  const code = 'const seen = "a <b>"; // 1\n\nreturn 2;\n';
  const { html } = await page(`\`\`\`ts\n${code}\`\`\`\n`);
  expect(html).toMatch(/<span style="--code-light:#\w+;--code-dark:#\w+">const<\/span>/);
  const letters = html
    .replaceAll(/<[^>]*>/g, "")
    .replaceAll("&#x3C;", "<")
    .replaceAll("&#x26;", "&")
    .trim();
  expect(letters).toBe(code.trim());
  expect(await lessonLines(`\`\`\`ts\n${code}\`\`\`\n`, coloured)).toEqual([
    '  \u001B[36mconst\u001B[39m seen = \u001B[32m"a <b>"\u001B[39m; \u001B[2m// 1\u001B[22m',
    "",
    "  \u001B[36mreturn\u001B[39m \u001B[33m2\u001B[39m;",
  ]);
  expect(await lessonLines(`\`\`\`ts\n${code}\`\`\`\n`, plain)).toEqual([
    '  const seen = "a <b>"; // 1',
    "",
    "  return 2;",
  ]);
});

test("two diagrams on a page share no id, and no diagram brings a font or a colour of its own", async () => {
  const source = "```mermaid\nflowchart LR\n  accTitle: There & back\n  A[one] --> B[two]\n  B -->|back| A\n```\n";
  const { html } = await page(source + source);
  expect([...html.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)).toEqual([
    "diagram-1-arrowhead",
    "diagram-2-arrowhead",
  ]);
  expect(html).toContain('<svg role="img" aria-label="There &amp; back"');
  expect(html).toContain("<li>two to one: back</li>");
  // The edge that leads back is drawn from its end, with its head there.
  expect(html).toMatch(/marker-start="url\(#diagram-1-arrowhead\)"/);
  expect(html).not.toMatch(/<style|@import|#[0-9a-f]{6}\b/i);
  expect(await lessonLines(source, plain)).toEqual(["  one ──────────▶ two", "  two ── back ──▶ one"]);
});

test("what a sequence cannot show is an error, not a gap", async () => {
  const draw = await diagramDrawing();
  expect(() => draw("sequenceDiagram\n  A->>B: hello\n  activate B")).toThrow("got `activate B`");
});

test("footnotes are numbered where they are called and told at the end", async () => {
  const markdown = "One[^a] and two^[inline].\n\n[^a]: The **first**.\n";
  const { html } = await page(markdown);
  expect(html).toContain('<a href="#fn1" id="fnref1">[1]</a>');
  expect(html).toMatch(/<li id="fn2" class="footnote-item"><p>inline/);
  const lines = markdownLines(markdown, plain);
  expect(lines).toEqual(["One[1] and two[2].", "", "─".repeat(20), "", "[1] The first.", "", "[2] inline"]);
});

test("a drawing that is too wide goes on below, and a table without room becomes a list", () => {
  const narrow = terminalWith({ colors: false, links: false, width: 22 });
  expect(markdownLines("```text\n├── one ──┼── two ──┼── three ──┤\n```", narrow)).toEqual([
    "  ├── one ──┼── two ──",
    "",
    "  … and on to the right:",
    "",
    "  ┼── three ──┤",
  ]);
  const table =
    "| worker | receives | deletes | waits |\n| - | - | - | - |\n| batch | 11 | 100 | |\n| free | 40 | 12 | 3 ms |\n";
  expect(markdownLines(table, narrow)).toEqual([
    "batch",
    "  receives: 11",
    "  deletes: 100",
    "",
    "free",
    "  receives: 40",
    "  deletes: 12",
    "  waits: 3 ms",
  ]);
});
