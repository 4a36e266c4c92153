// Markdown as text for a terminal: what lessons use, and no more.

import stringWidth from "fast-string-width";
import markdownIt, { type Token } from "markdown-it";
import footnotes from "markdown-it-footnote";
import type { Terminal } from "./terminal.ts";
import { type FenceLines, figureFences, plainFences } from "./terminal-figures.ts";
import { tableLines } from "./terminal-table.ts";

const parser = markdownIt().use(footnotes);

/** The lines of a whole lesson: code is in colour, and diagrams are drawn. */
export async function lessonLines(markdown: string, terminal: Terminal): Promise<string[]> {
  const fences = parser.parse(markdown, {}).filter(({ type }) => type === "fence");
  return markdownLines(markdown, terminal, "", await figureFences(fences.map(languageOf), terminal));
}

/** The lines of `markdown`; each led by `indent`. */
export function markdownLines(
  markdown: string,
  terminal: Terminal,
  indent = "",
  fence: FenceLines = plainFences(terminal),
): string[] {
  const tokens = parser.parse(markdown, {});
  const lines = blocks(tokens, { terminal, fence, indent, marker: "" });
  const single = lines.filter((line, index) => line !== "" || (index > 0 && lines[index - 1] !== ""));
  while (single.at(-1) === "") single.pop();
  return single;
}

interface Place {
  terminal: Terminal;
  fence: FenceLines;
  indent: string;
  /** What leads the next block: a bullet, a number. */
  marker: string;
}

function blocks(tokens: Token[], place: Place): string[] {
  const lines: string[] = [];
  const { terminal } = place;
  for (let index = 0; index < tokens.length; index++) {
    const token = tokens[index] as Token;
    const end = closing(tokens, index);
    const inner = tokens.slice(index + 1, end);
    switch (token.type) {
      case "heading_open":
        lines.push(...heading(token, inner, place), "");
        break;
      case "paragraph_open":
        lines.push(...paragraph(inlineText(inner[0], terminal), place), ...(token.hidden ? [] : [""]));
        break;
      case "bullet_list_open":
      case "ordered_list_open":
        lines.push(...list(token, inner, place), "");
        break;
      case "blockquote_open":
        lines.push(...blocks(inner, { ...place, indent: `${place.indent}${terminal.dim("▎")} ` }));
        break;
      case "fence":
      case "code_block": {
        const room = terminal.width - stringWidth(place.indent) - 2;
        const figure = place.fence(languageOf(token), token.content, room);
        lines.push(...figure.map((line) => (line === "" ? "" : `${place.indent}  ${line}`)), "");
        break;
      }
      case "footnote_open": {
        const marker = `${footnoteMark(token)} `;
        lines.push(...blocks(inner, { ...place, indent: place.indent + " ".repeat(marker.length), marker }));
        break;
      }
      case "footnote_block_open":
        lines.push(place.indent + terminal.dim("─".repeat(20)), "", ...blocks(inner, place));
        break;
      case "table_open":
        lines.push(...table(inner, place), "");
        break;
      case "hr":
        lines.push(place.indent + terminal.dim("─".repeat(20)), "");
        break;
    }
    index = Math.max(index, end);
    if (place.marker && lines.length > 0) place = { ...place, marker: "" };
  }
  return lines;
}

/** Where the block that opens at `index` closes; `index` itself for a block without parts. */
function closing(tokens: Token[], index: number): number {
  let depth = 0;
  return tokens.findIndex((token, later) => {
    if (later < index) return false;
    depth += token.nesting;
    return depth === 0;
  });
}

function heading(token: Token, inner: Token[], { terminal, indent }: Place): string[] {
  const text = inlineText(inner[0], terminal);
  if (token.tag === "h1") return [indent + terminal.bold(text), indent + terminal.bold("═".repeat(stringWidth(text)))];
  if (token.tag === "h2")
    return ["", indent + terminal.bold(text), indent + terminal.dim("─".repeat(stringWidth(text)))];
  return ["", indent + terminal.bold(text)];
}

function paragraph(text: string, { terminal, indent, marker }: Place): string[] {
  const lines = terminal.wrap(text, indent).split("\n");
  if (!marker) return lines;
  const lead = indent.slice(0, indent.length - marker.length) + marker;
  return lines.map((line, index) => (index === 0 ? lead + line.slice(indent.length) : line));
}

function list(token: Token, inner: Token[], place: Place): string[] {
  const lines: string[] = [];
  let number = Number(token.attrGet("start") ?? 1);
  for (let index = 0; index < inner.length; index++) {
    if (inner[index]?.type !== "list_item_open") continue;
    const end = closing(inner, index);
    const marker = token.type === "ordered_list_open" ? `${number++}. ` : "• ";
    const item = blocks(inner.slice(index + 1, end), {
      ...place,
      indent: place.indent + " ".repeat(marker.length),
      marker,
    });
    while (item.at(-1) === "") item.pop();
    lines.push(...item);
    index = end;
  }
  return lines;
}

function table(inner: Token[], { terminal, indent }: Place): string[] {
  const rows: string[][] = [];
  for (const token of inner) {
    if (token.type === "tr_open") rows.push([]);
    if (token.type === "inline") rows.at(-1)?.push(inlineText(token, terminal));
  }
  return tableLines(rows, terminal, indent);
}

function inlineText(token: Token | undefined, terminal: Terminal): string {
  let text = "";
  let href = "";
  let strongFrom = 0;
  for (const child of token?.children ?? []) {
    if (child.type === "text") text += child.content;
    else if (child.type === "code_inline") text += terminal.accent(child.content);
    else if (child.type === "softbreak") text += " ";
    else if (child.type === "hardbreak") text += "\n";
    else if (child.type === "strong_open") strongFrom = text.length;
    else if (child.type === "strong_close") text = text.slice(0, strongFrom) + terminal.bold(text.slice(strongFrom));
    else if (child.type === "footnote_ref") text += terminal.dim(footnoteMark(child));
    else if (child.type === "link_open") href = String(child.attrGet("href") ?? "");
    else if (child.type === "link_close" && /^https?:/.test(href)) text += terminal.dim(` <${href}>`);
  }
  return text;
}

/** "[1]", at the place in the text and before the note. */
function footnoteMark({ meta }: Token): string {
  return `[${Number(meta?.id) + 1}]`;
}

function languageOf({ info }: Token): string {
  return /^\s*(\S*)/.exec(info)?.[1] ?? "";
}
