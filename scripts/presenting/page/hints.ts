// What a lesson folds away. Hints unfold one by one: the next shows when the one before it was opened. Everything
// else, such as the answer to a bet, is the reader's to open at any time.

import { type Html, html } from "./html.ts";

/**
 * The beginning of a `<details>` that stands in the Markdown.
 *
 * @param task The task in whose text it stands: "04.2".
 * @param hintsShown How many hints of a task were shown before, by its id. They stay open to see.
 */
export function openingOfDetails(summary: string, task: string | null, hintsShown: Record<string, number>): Html {
  const number = Number(/^Hint (\d+)$/.exec(summary)?.[1] ?? 0);
  if (task === null || number === 0) return html`<details><summary>${summary}</summary>\n`;
  const shown = hintsShown[task] ?? 0;
  const wasShown = number <= shown ? html` data-shown="true"` : "";
  const waits = number > shown + 1 ? html` hidden` : "";
  return html`<details class="hint" data-task="${task}" data-hint="${number}"${wasShown}${waits}><summary>${summary}<span class="visually-hidden"> for ${task}</span></summary>\n`;
}
