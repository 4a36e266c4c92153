// The shortest schedule that fails, to step through: the picture, a scrubber, what each step came to, and the
// same as a list. It is complete as it comes; `browser/schedule-player.ts` moves it.

import type { ScheduleTable } from "../../../test/support/failure.ts";
import { ended } from "../schedule-layout.ts";
import { scheduleDrawing } from "../schedule-picture.ts";
import { type Html, html, raw } from "./html.ts";
import { counted } from "./words.ts";

/**
 * @param again How to run this schedule again: "npm run check 04.3".
 * @param id Unique on the page, and the same for the same check: the reader's step is kept under it.
 */
export function schedulePlayerHtml(table: ScheduleTable, again: string, id: string): Html {
  const steps = table.rows.length;
  const start = table.broke ?? steps;
  return html`<figure class="schedule-player" id="${id}" data-code="${table.code}" data-at="${start}">
<figcaption>${captionOf(table)}</figcaption>
<div class="schedule-view" tabindex="0" role="group" aria-label="The schedule as a picture. Arrow up and arrow down change the step.">${pictureHtml(table, start)}</div>
<div class="schedule-controls">
<label for="${id}-step">Step</label>
<input type="range" id="${id}-step" min="1" max="${steps}" step="1" value="${start}" aria-valuetext="${start} of ${steps}: ${table.rows[start - 1]?.does ?? ""}">
<output for="${id}-step">${start} of ${steps}</output>
<div class="schedule-moves">
<button type="button" data-move="back"${start === 1 ? html` aria-disabled="true"` : ""}><span aria-hidden="true">‹</span> Back<span class="visually-hidden"> one step</span></button>
<button type="button" data-move="on"${start === steps ? html` aria-disabled="true"` : ""}>On<span class="visually-hidden"> one step</span> <span aria-hidden="true">›</span></button>
<button type="button" data-move="play">Play</button>
</div>
</div>
<p class="schedule-now" aria-live="off">${stepHtml(table, start)}</p>
${verdictHtml(table, id)}
<details class="schedule-text" id="${id}-text"><summary>As text</summary><ol>${table.rows.map(
    ({ step }) => html`<li>${stepHtml(table, step)}</li>`,
  )}</ol></details>
<div class="schedule-again"><span>Again, alone:</span> <code>${again} -- <span class="whole">--replay</span> ${table.code}</code> <button type="button" data-copy-replay>Copy</button><span class="visually-hidden" role="status"></span></div>
</figure>`;
}

function captionOf({ on, rows, broke }: ScheduleTable): Html {
  const steps = counted(rows.length, "step");
  return broke === null
    ? html`${steps} on <strong>${on}</strong>`
    : html`The shortest way to make it fail: ${steps} on <strong>${on}</strong>`;
}

function pictureHtml(table: ScheduleTable, start: number): Html {
  const { inner, width, height } = scheduleDrawing(table, start);
  const label = `${table.on}, ${counted(table.rows.length, "step")}. The list under it says the same in words.`;
  return html`<svg class="schedule-picture" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${label}">${raw(inner)}</svg>`;
}

/** What happened in a step: the call, what ended in it, what was at rest then, and what waits still. */
function stepHtml({ rows, lanes, broke }: ScheduleTable, step: number): Html {
  const row = rows[step - 1];
  const ends = lanes.filter(({ to }) => to === step).map((lane) => `${lane.name} ${ended(lane)}`);
  const waiting = lanes.filter(({ from, to }) => from <= step && (to === null || to > step)).map(({ name }) => name);
  const isClockMoving = rows.some(({ atMs }) => atMs > 0);
  const rest =
    row?.shows == null
      ? html`Nothing comes to rest before step ${step + 1}.`
      : html`At rest: ${row.shows}. ${waiting.length === 0 ? "No call waits." : `${waiting.join(", ")} still ${waiting.length === 1 ? "waits" : "wait"}.`}`;
  return html`<strong>Step ${step}</strong>${row?.sameTurn ? ", in the same turn" : ""}${isClockMoving ? `, at ${row?.atMs} ms` : ""}: <code>${row?.does ?? ""}</code>. ${
    ends.length > 0 ? `${ends.join(", ")}. ` : ""
  }${rest}${step === broke ? html` <span class="breaks"><span aria-hidden="true">✗</span> Here it breaks.</span>` : ""}`;
}

/** Outcomes that are allowed and shown at once. */
const MOST_ALLOWED = 3;

function verdictHtml({ broke, seen, allowed }: ScheduleTable, id: string): Html {
  if (broke === null)
    return html`<p><span aria-hidden="true">✓</span> Everything in this schedule is as it may be.</p>`;
  const several = allowed.map((one) => allowedHtml(one, seen));
  const rest = several.slice(MOST_ALLOWED);
  return html`<dl class="schedule-verdict">
<dt>Seen</dt> <dd>${seen}</dd>
${several.slice(0, MOST_ALLOWED).map((one, index) => html`<dt>${index === 0 ? "Allowed" : "or"}</dt> <dd>${one}</dd>\n`)}
</dl>
${rest.length > 0 && html`<details id="${id}-allowed"><summary>${rest.length} more allowed</summary>\n<ul>${rest.map((one) => html`<li>${one}</li>`)}</ul></details>`}`;
}

/** What is allowed, with those parts of it marked that were not seen. */
function allowedHtml(allowed: string, seen: string): Html {
  const parts = new Set(seen.split(", "));
  return html`${allowed
    .split(", ")
    .map((part, index) => [index === 0 ? "" : ", ", parts.has(part) ? part : html`<strong>${part}</strong>`])}`;
}
