// A lesson's tables: where the first corner is empty, the first cell of a row names the row. Each scrolls in a
// place of its own, which says what it is.

import type { Token } from "markdown-it";
import { type Html, html } from "./html.ts";

/** Marks the cells that name rows: Markdown has no way to write them. */
export function nameRows(tokens: readonly Token[]): void {
  let namesRows = false;
  tokens.forEach((token, index) => {
    const isFirst = tokens[index - 1]?.type === "tr_open";
    if (token.type === "th_open") {
      const isEmpty = tokens[index + 1]?.content === "";
      if (isFirst) namesRows = isEmpty;
      if (isEmpty) retag(tokens, index, "td");
      else token.attrSet("scope", "col");
    }
    if (token.type === "td_open" && isFirst && namesRows) {
      retag(tokens, index, "th");
      token.attrSet("scope", "row");
    }
  });
}

/**
 * The place around the table that opens at `index`.
 *
 * @param number Which table of the lesson it is: no two places have one name.
 */
export function openingOfTable(tokens: readonly Token[], index: number, number: number): Html {
  const end = tokens.findIndex((token, later) => later > index && token.type === "thead_close");
  const headers = tokens.slice(index, end).filter(({ type, content }) => type === "inline" && content !== "");
  const label = `Table ${number}: ${headers.map(({ content }) => content.replaceAll("`", "")).join(", ")}`;
  return html`<div class="table scrolls" role="region" aria-label="${label}" tabindex="0">`;
}

function retag(tokens: readonly Token[], index: number, tag: "td" | "th"): void {
  for (const token of [tokens[index], tokens[index + 2]]) if (token) token.tag = tag;
}
