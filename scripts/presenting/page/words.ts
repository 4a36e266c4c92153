// Small pieces of prose that several pages have in common.

import { type Html, html } from "./html.ts";

/** A sentence of Markdown's plainest kind: what stands in backticks is code. */
export function withCode(sentence: string): Html {
  const parts = sentence.split(/`([^`]+)`/);
  return html`${parts.map((part, index) => (index % 2 === 1 ? html`<code>${part}</code>` : part))}`;
}

/** "1 line", "3 lines" */
export function counted(count: number, thing: string): string {
  return `${count} ${thing}${count === 1 ? "" : "s"}`;
}
