// The learner's files beside the reference's, block by block. Where there is no room for two columns, what is
// theirs stands above what is the reference's.

import { diffWordsWithSpace } from "diff";
import type { Compared } from "../../learner/compared.ts";
import { type Block, comparedBlocks, type Part } from "./compared-blocks.ts";
import { type Html, html } from "./html.ts";
import { counted } from "./words.ts";

export interface CompareView {
  /** "04" */
  number: string;
  slug: string;
  title: string;
  /** Before that, the reference is shown only to those who ask for it. */
  isPassed: boolean;
  files: readonly Compared[];
}

/** Lines in a row that both have, and are shown in full. */
const MOST_SAME = 8;
/** Of more than that, so many are left beside each change. */
const AROUND = 3;

export function compareHtml({ number, slug, title, isPassed, files }: CompareView): Html {
  const sections = files.map((file, index) => fileHtml(file, `file-${index + 1}`));
  const contents = html`<ul class="files">${files.map(({ name }, index) => html`<li><a href="#file-${index + 1}">${fileName(name)}</a></li>`)}</ul>`;
  const all = html`${files.length > 1 && contents}${sections}`;
  return html`<div class="compare">
<h1>${number} ${title}: yours and the reference</h1>
${
  isPassed
    ? html`<p>Both pass. Where they differ, ask what yours would do that the reference does not, and the other way round.</p>
${all}`
    : html`<p>You have not passed <a href="/${slug}/">lesson ${number}</a> yet. The reference is one way to write it, in full. Once read, it is no longer yours to find; a hint tells less.</p>
<details class="spoiler" id="reference"><summary class="button">Show me the reference</summary>
${all}
</details>`
}
</div>`;
}

function fileHtml({ name, yours, reference }: Compared, id: string): Html {
  const own = `exercises/${name}`;
  const other = `solutions/${name}`;
  const blocks = comparedBlocks(yours ?? "", reference);
  return html`<section class="file" id="${id}" aria-labelledby="${id}-name">
<h2 id="${id}-name">${fileName(name)}</h2>
${summaryHtml(yours, reference, blocks, own, other)}
${
  yours !== reference &&
  html`<div class="heads" aria-hidden="true"><p>Yours <code>${own}</code></p><p>The reference <code>${other}</code></p></div>
${blocks.map((block, index) => blockHtml(block, index, blocks.length, id))}`
}
</section>`;
}

function summaryHtml(yours: string | null, reference: string, blocks: Block[], own: string, other: string): Html {
  if (yours === null) return html`<p><code>${own}</code> is not there. This is <code>${other}</code>.</p>`;
  if (yours === reference) return html`<p><code>${own}</code> and <code>${other}</code> are the same.</p>`;
  const different = blocks.filter(({ kind }) => kind === "different");
  const lines = (side: "yours" | "reference") => different.reduce((sum, block) => sum + block[side].lines.length, 0);
  return html`<p>They differ in ${counted(different.length, "place")}: <span class="yours-sign">− ${counted(lines("yours"), "line")}</span> of yours, <span class="reference-sign">+ ${counted(lines("reference"), "line")}</span> of the reference.</p>`;
}

function blockHtml(block: Block, index: number, of: number, file: string): Html {
  if (block.kind === "different") return differentHtml(block);
  const { length } = block.yours.lines;
  const before = index === 0 ? 0 : AROUND;
  const after = index === of - 1 ? 0 : AROUND;
  if (length <= MOST_SAME) return sameHtml(block, 0, length);
  const folded = html`<details class="fold" id="${file}-fold-${index}"><summary>${counted(length - before - after, "line")} the same: ${range(block.yours, before, length - after)}</summary>${sameHtml(block, before, length - after)}</details>`;
  return html`${sameHtml(block, 0, before)}${folded}${sameHtml(block, length - after, length)}`;
}

/** Lines that both have, from the first of them up to the last: read out once. */
function sameHtml({ yours, reference }: Block, from: number, to: number): Html {
  if (from === to) return html``;
  const numbered = ({ from: first, lines }: Part) =>
    lines.slice(from, to).map((line, index) => lineHtml(first + from + index, " ", line));
  return html`<div class="pair same"><pre>${numbered(yours)}</pre><pre aria-hidden="true">${numbered(reference)}</pre></div>\n`;
}

function differentHtml({ yours, reference }: Block): Html {
  const marked = wordsMarked(yours.lines, reference.lines);
  return html`<div class="pair different">${sideHtml("yours", "−", yours, marked?.yours ?? yours.lines)}${sideHtml("reference", "+", reference, marked?.reference ?? reference.lines)}</div>\n`;
}

function sideHtml(side: "yours" | "reference", sign: string, part: Part, shown: readonly (string | Html)[]): Html {
  const whose = side === "yours" ? "Yours" : "The reference";
  if (part.lines.length === 0) return html`<div class="${side} none"><p>${whose}: nothing here</p></div>`;
  const label = `${whose}, ${range(part, 0, part.lines.length)}`;
  return html`<div class="${side}"><p class="visually-hidden">${label}:</p><pre>${shown.map((line, index) => lineHtml(part.from + index, sign, line))}</pre></div>`;
}

/** The number and the sign are for the eye: they are neither read out nor copied with the code. */
function lineHtml(number: number, sign: string, line: string | Html): Html {
  return html`<span class="line"><span class="number" aria-hidden="true">${number}</span><span class="of" aria-hidden="true">${sign}</span><code>${line}\n</code></span>`;
}

/** Where single lines stand against each other, and are alike for the most part: the words that differ. */
function wordsMarked(yours: string[], reference: string[]): { yours: Html[]; reference: Html[] } | null {
  if (yours.length !== reference.length) return null;
  const pairs = yours.map((line, index) => diffWordsWithSpace(line, reference[index] ?? ""));
  const lengthOf = (changes: typeof pairs, isShared: boolean) =>
    changes
      .flat()
      .reduce((sum, { value, added, removed }) => sum + (isShared !== (added || removed) ? value.length : 0), 0);
  if (lengthOf(pairs, true) < lengthOf(pairs, false)) return null;
  const side = (without: "added" | "removed") =>
    pairs.map((changes) => {
      const shown = changes.filter((change) => !change[without]);
      return html`${shown.map(({ value, added, removed }) => (added || removed ? html`<mark>${value}</mark>` : value))}`;
    });
  return { yours: side("added"), reference: side("removed") };
}

/** "lines 12 to 15", of the part's lines from one index up to another. */
function range({ from }: Part, first: number, end: number): string {
  return end - first === 1 ? `line ${from + first}` : `lines ${from + first} to ${from + end - 1}`;
}

function fileName(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}
