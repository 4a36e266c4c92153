// Markdown as text for a terminal: what lessons use, and no more.

import stringWidth from "fast-string-width";
import markdownIt, { type Token } from "markdown-it";
import type { Terminal } from "./terminal.ts";

const parser = markdownIt();

/** The lines of `markdown`; each led by `indent`. */
export function markdownLines(markdown: string, terminal: Terminal, indent = ""): string[] {
  const tokens = parser.parse(markdown, {});
  const lines = blocks(tokens, { terminal, indent, marker: "" });
  const single = lines.filter((line, index) => line !== "" || (index > 0 && lines[index - 1] !== ""));
  while (single.at(-1) === "") single.pop();
  return single;
}

interface Place {
  terminal: Terminal;
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
      case "code_block":
        lines.push(
          ...token.content
            .trimEnd()
            .split("\n")
            .map((line) => `${place.indent}  ${terminal.accent(line)}`.trimEnd()),
          "",
        );
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
  const open = tokens[index] as Token;
  if (open.nesting !== 1) return index;
  return tokens.findIndex((token, later) => later > index && token.level === open.level && token.nesting === -1);
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
  for (const [index, token] of inner.entries()) {
    if (token.type === "tr_open") rows.push([]);
    if (token.type === "inline") rows.at(-1)?.push(inlineText(inner[index], terminal));
  }
  const columns = Math.max(...rows.map((row) => row.length));
  const natural = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ""))),
  );
  const widths = fitted(natural, terminal.width - indent.length - 3 * (columns - 1));
  return rows.flatMap((row, index) => {
    const cells = widths.map((width, column) => terminal.wrapTo(row[column] ?? "", width).split("\n"));
    const height = Math.max(...cells.map((cell) => cell.length));
    const lines = Array.from(
      { length: height },
      (_, line) =>
        indent +
        cells
          .map((cell, column) => padded(cell[line] ?? "", widths[column] ?? 0))
          .join(terminal.dim(" │ "))
          .trimEnd(),
    );
    const rule = indent + terminal.dim(widths.map((width) => "─".repeat(width)).join("─┼─"));
    return index === 0 ? [...lines.map((line) => terminal.bold(line)), rule] : lines;
  });
}

/** Widths that fit into `room`: the widest columns give way first. */
function fitted(natural: number[], room: number): number[] {
  const widths = [...natural];
  const sum = () => widths.reduce((total, width) => total + width, 0);
  while (sum() > room && Math.max(...widths) > 10)
    widths[widths.indexOf(Math.max(...widths))] = Math.max(...widths) - 1;
  return widths;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}

function inlineText(token: Token | undefined, terminal: Terminal): string {
  let text = "";
  let href = "";
  for (const child of token?.children ?? []) {
    if (child.type === "text") text += child.content;
    else if (child.type === "code_inline") text += terminal.accent(child.content);
    else if (child.type === "softbreak") text += " ";
    else if (child.type === "hardbreak") text += "\n";
    else if (child.type === "link_open") href = String(child.attrGet("href") ?? "");
    else if (child.type === "link_close" && /^https?:/.test(href)) text += terminal.dim(` <${href}>`);
  }
  return text;
}
