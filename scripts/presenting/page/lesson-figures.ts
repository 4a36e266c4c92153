// What stands between a lesson's paragraphs: code, drawings, diagrams. Each scrolls in its own place where it is
// too wide, and can be reached by Tab where it may have to.

import { type CodeColours, codeColours, isColoured } from "../code-colours.ts";
import { type DrawDiagram, diagramDrawing, isDrawing, stepInWords } from "../diagrams.ts";
import { type Html, html, raw } from "./html.ts";

/** A fenced block of the Markdown: its first word, the words after that, and what is in it. */
export type FenceHtml = (language: string, words: string, content: string) => Html;

/** At 360 px a block with longer lines than this scrolls. */
const NARROW = 34;

const SPOKEN: Record<string, string> = { ts: "TypeScript", js: "JavaScript", bash: "shell", python: "Python" };

/** What was made before: a lesson is asked for again and again, and a diagram takes up to 100 ms. */
const made = new Map<string, Html>();

/** Loads what blocks in these languages need, and no more. */
export async function fenceRenderer(languages: readonly string[]): Promise<FenceHtml> {
  const colours = await codeColours(languages);
  const draw = languages.includes("mermaid") ? await diagramDrawing() : null;
  let diagrams = 0;
  return (language, words, content) => {
    const id = language === "mermaid" ? `diagram-${++diagrams}` : "";
    const key = [id, language, words, content].join("\0");
    const figure =
      made.get(key) ?? (draw && id ? diagramHtml(content, draw, id) : textHtml(language, words, content, colours));
    made.set(key, figure);
    return figure;
  };
}

function textHtml(language: string, words: string, content: string, colours: CodeColours): Html {
  const text = content.trimEnd();
  if (!isColoured(language) && isDrawing(text)) return drawingHtml(text, words);
  const label = isColoured(language) ? `Code: ${SPOKEN[language] ?? language}` : "Lines of text";
  return scrolling("code", isWide(text), label, raw(colours.html(text, language)));
}

/** Its letters are for the eye alone, so it says in words what it shows: those that follow `text` in the Markdown. */
function drawingHtml(text: string, words: string): Html {
  const label = words || "A drawing. The text beside it says what it shows.";
  const drawn = html`<pre role="img" aria-label="${label}">${text}</pre>`;
  return html`<figure class="drawing">${scrolling("drawn", isWide(text), "Drawing", drawn)}</figure>\n`;
}

function diagramHtml(source: string, draw: DrawDiagram, id: string): Html {
  const { title, steps, svg } = draw(source);
  const named = svg(id).replace("<svg ", `${html`<svg role="img" aria-label="${title}" `}`);
  const told = html`<ol>${steps.map((step) => html`<li>${stepInWords(step)}</li>`)}</ol>`;
  return html`<figure class="diagram">${scrolling("drawn", true, "Diagram", raw(named))}<figcaption class="visually-hidden">${title}, in words:${told}</figcaption></figure>\n`;
}

function scrolling(kind: string, mayScroll: boolean, label: string, content: Html): Html {
  if (!mayScroll) return html`<div class="${kind}">${content}</div>\n`;
  return html`<div class="${kind} scrolls" role="group" aria-label="${label}" tabindex="0">${content}</div>\n`;
}

function isWide(text: string): boolean {
  return text.split("\n").some((line) => line.length > NARROW);
}
