// The lab of a lesson as a page: the frame of it. The picture, the knobs and the numbers are put into it by
// the browser, which plays what the learner's code does.

import { type Html, html } from "./html.ts";

export interface LabView {
  slug: string;
  /** "04" */
  number: string;
  title: string;
  /** `false`: the lesson has no lab. */
  hasLab: boolean;
  /** When the learner's file was last saved; `null` where nobody knows. */
  savedAt: Date | null;
}

/** The inside of the page's main part. */
export function labHtml({ slug, number, title, hasLab, savedAt }: LabView): Html {
  if (!hasLab) {
    return html`<div class="lab-none"><h1>${number} ${title}: no lab</h1>
<p>This lesson has no lab. <a href="/${slug}/">Back to the lesson</a></p></div>`;
  }
  return html`<div class="lab" data-lab="${slug}" data-lab-module="/test/${slug}/lab/lab.ts"${
    savedAt ? html` data-lab-saved="${savedAt.getTime()}"` : ""
  } data-lab-state="recording">
<header class="lab-head">
  <h1><span class="lab-lesson">${number} ${title}</span> <span data-lab-title>The lab</span></h1>
  <p data-lab-about></p>
</header>
<noscript><p class="problem stopped">The lab runs your code in the browser, and needs JavaScript for it.</p></noscript>
${stageHtml()}
<div class="lab-side">
${settingsHtml()}
<section class="lab-card lab-todos" aria-labelledby="lab-todos-title">
  <h2 id="lab-todos-title">To do here</h2>
  <div data-lab-todos></div>
  <p class="lab-verdict" id="lab-verdict"></p>
</section>
</div>
<section class="lab-numbers" aria-labelledby="lab-numbers-title">
  <h2 id="lab-numbers-title">The whole run</h2>
  <div class="runs-in-numbers" data-lab-numbers></div>
</section>
<section class="lab-card lab-bets" aria-labelledby="lab-bets-title">
  <h2 id="lab-bets-title">Your bets</h2>
  <div data-lab-bets></div>
</section>
<p class="visually-hidden" role="status" aria-live="polite" data-lab-live></p>
</div>`;
}

/** The picture and its player: all that the first glance needs. */
function stageHtml(): Html {
  return html`<section class="lab-stage" data-lab-stage aria-labelledby="lab-stage-title">
  <h2 class="visually-hidden" id="lab-stage-title">The picture</h2>
  <div class="stage-bar">
    <p class="look" data-lab-look></p>
    <fieldset class="choices show" data-lab-show>
      <legend class="visually-hidden">Whose code is seen</legend>
      ${choice("lab-show", "yours", "Yours", true)}
      ${choice("lab-show", "reference", "Reference")}
      ${choice("lab-show", "both", "Both")}
    </fieldset>
  </div>
  <p class="problem todo" data-lab-notice hidden></p>
  <div class="pictures" data-lab-pictures><p class="lab-loading">The first run is being recorded.</p></div>
  ${playerHtml()}
</section>`;
}

/** What is on the buttons, in a square of 16 by 16. */
const ICONS = {
  start: "M3 3h2v10H3zM13 3v10L6 8z",
  back: "M11 3v10L4 8z",
  play: "M4 3v10l9-5z",
  pause: "M4 3h3v10H4zM9 3h3v10H9z",
  step: "M5 3v10l7-5z",
};

function icon(name: keyof typeof ICONS): Html {
  return html`<svg class="icon ${name}" viewBox="0 0 16 16" width="14" height="14" aria-hidden="true"><path d="${ICONS[name]}"/></svg>`;
}

function playerHtml(): Html {
  const button = (name: "start" | "back" | "step", word: string, tip: string) =>
    html`<button type="button" data-player="${name}" title="${tip}">${icon(name)} <span class="word">${word}</span></button>`;
  return html`<div class="player" role="group" aria-label="Player" data-lab-player>
    <div class="player-buttons">
      ${button("start", "Start", "To the beginning of the run")}
      ${button("back", "Back", "To the event before. Key: arrow to the left")}
      <button type="button" class="primary" data-player="play" title="Key: space">${icon("play")}${icon("pause")} <span class="word">Play</span></button>
      ${button("step", "Step", "To the next event. Key: arrow to the right")}
    </div>
    <div class="player-time">
      <div class="scrubber"><div class="trouble-marks" data-player="marks" aria-hidden="true"></div>
        <input type="range" min="0" max="1" step="100" value="0" aria-label="Moment of the run" data-player="scrubber"></div>
      <p class="time" data-player="time">0.0 s</p>
    </div>
    <fieldset class="choices speeds" data-player="speeds"><legend>Speed</legend></fieldset>
  </div>`;
}

function settingsHtml(): Html {
  return html`<section class="lab-card lab-settings" aria-labelledby="lab-settings-title">
  <h2 class="visually-hidden" id="lab-settings-title">What runs</h2>
  <fieldset class="choices presets" data-lab-presets><legend>What is shown</legend></fieldset>
  <div class="knobs" role="group" aria-label="Knobs" data-lab-knobs></div>
  <div class="seed">
    <p>Seed <output data-lab-seed>1</output></p>
    <button type="button" data-lab-other-seed title="The same settings with other luck">Another seed</button>
    <span data-lab-changed hidden><button type="button" class="quiet" data-lab-reset>Back to the preset</button></span>
  </div>
</section>`;
}

function choice(name: string, value: string, label: string, isChosen = false): Html {
  return html`<label><input type="radio" name="${name}" value="${value}"${isChosen ? html` checked` : ""}><span>${label}</span></label>`;
}
