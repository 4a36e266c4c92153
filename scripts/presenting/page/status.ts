// How a status looks on the page: a sign and a word, so that nobody depends on its colour.

import type { Status } from "../../grading/report.ts";
import { type Html, html } from "./html.ts";

export const SIGNS: Record<Status | "open", string> = { passed: "✓", failed: "✗", todo: "○", stopped: "■", open: "–" };
export const WORDS: Record<Status | "open", string> = {
  passed: "passed",
  failed: "failed",
  todo: "not written yet",
  stopped: "stopped",
  open: "not checked yet",
};

/** The sign, with the word for those who do not see it; `withWord` shows the word as well. */
export function statusHtml(status: Status | null, withWord = false): Html {
  const kind = status ?? "open";
  const word = html`<span class="${withWord ? "status-word" : "visually-hidden"}">${WORDS[kind]}</span>`;
  return html`<span class="status ${kind}"><span aria-hidden="true">${SIGNS[kind]}</span> ${word}</span>`;
}
