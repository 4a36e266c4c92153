// What happened in a check, as a list that is a picture too: a row a moment, and beside the rows a line for each
// lane, from its first moment to its last. Lines that run at the same time run side by side.

import type { Moment } from "../../../test/support/failure.ts";
import { cutTimeline, timeOf } from "../timeline.ts";
import { type Html, html } from "./html.ts";

const TRACK = 14;
const MOMENT_AT = 13;
/** Lines side by side that are drawn. What more there is, is told in words alone. */
const MOST_COLUMNS = 10;

/** A lane's line: the moments that it joins, by their index, and which of the lines side by side it is. */
interface Track {
  lane: string;
  from: number;
  to: number;
  column: number;
  /** A call that did not end while the check looked. */
  isOpen: boolean;
}

/** @param id Unique on the page. */
export function timelineHtml(timeline: readonly Moment[], id: string): Html {
  const tracks = tracksOf(timeline);
  const { first, left, last } = cutTimeline(timeline);
  const row = (index: number) => rowHtml(timeline, index, tracks);
  const lastFrom = timeline.length - last.length;
  const gap = html`<li class="left-out">${passingTracks(tracks, first.length)}<span>${left} moments left out</span></li>`;
  return html`<figure class="timeline" id="${id}"><figcaption>What happened, on the check's own clock</figcaption>
<ol class="moments">${first.map((_moment, index) => row(index))}${left > 0 && gap}${last.map((_moment, index) => row(lastFrom + index))}</ol>
${left > 0 && allOfIt(timeline, id)}
</figure>`;
}

function rowHtml(timeline: readonly Moment[], index: number, tracks: readonly Track[]): Html {
  const moment = timeline[index];
  if (!moment) return html``;
  const isLater = moment.atMs !== timeline[index - 1]?.atMs;
  const isEnd = /^(rejected|fails|✗)/.test(moment.what);
  return html`<li${isLater ? html` class="later"` : ""}><span class="time${isLater ? "" : " visually-hidden"}">${timeOf(moment)}</span> ${tracksHtml(tracks, moment, index)} <span class="moment"><b>${moment.lane}</b> <span class="what${isEnd ? " bad" : ""}">${moment.what}</span></span></li>`;
}

/** The lines beside one row, with a dot on the line of the moment. Lengths in per cent follow the row's height. */
function tracksHtml(tracks: readonly Track[], moment: Moment, index: number): Html {
  const lines = tracks.flatMap((track) => {
    if (index < track.from || index > track.to) return [];
    const x = track.column * TRACK + TRACK / 2;
    const top = index === track.from ? `${MOMENT_AT}` : "0";
    const bottom = index === track.to && !track.isOpen ? `${MOMENT_AT}` : "100%";
    const isOpenEnd = track.isOpen && index > track.from;
    const line = html`<line x1="${x}" x2="${x}" y1="${top}" y2="${bottom}"${isOpenEnd ? html` class="open"` : ""}/>`;
    return track.lane === moment.lane ? [line, html`<circle cx="${x}" cy="${MOMENT_AT}" r="4.5"/>`] : [line];
  });
  return svgOf(tracks, lines);
}

/** The lines that go on beside a row without a moment. */
function passingTracks(tracks: readonly Track[], index: number): Html {
  const passing = tracks.filter(({ from, to }) => from < index && to >= index);
  return svgOf(
    tracks,
    passing.map(({ column }) => {
      const x = column * TRACK + TRACK / 2;
      return html`<line class="open" x1="${x}" x2="${x}" y1="0" y2="100%"/>`;
    }),
  );
}

function svgOf(tracks: readonly Track[], inner: readonly Html[]): Html {
  const width = Math.max(1, ...tracks.map(({ column }) => column + 1)) * TRACK;
  return html`<svg class="tracks" width="${width}" aria-hidden="true">${inner}</svg>`;
}

/** Each lane gets the first column that is free from its first moment on. */
function tracksOf(timeline: readonly Moment[]): Track[] {
  const tracks: Track[] = [];
  for (const lane of new Set(timeline.map((moment) => moment.lane))) {
    const from = timeline.findIndex((moment) => moment.lane === lane);
    const lastOne = timeline.findLastIndex((moment) => moment.lane === lane);
    const isOpen = timeline[lastOne]?.what === "called";
    const to = isOpen ? timeline.length - 1 : lastOne;
    const taken = new Set(tracks.filter((other) => other.to >= from).map(({ column }) => column));
    let column = 0;
    while (taken.has(column)) column += 1;
    if (column < MOST_COLUMNS) tracks.push({ lane, from, to, column, isOpen });
  }
  return tracks;
}

function allOfIt(timeline: readonly Moment[], id: string): Html {
  const lines = timeline.map((moment) => html`<li>${timeOf(moment)} ${moment.lane} ${moment.what}</li>`);
  return html`<details id="${id}-all"><summary>All ${timeline.length} moments</summary><ol>${lines}</ol></details>`;
}
