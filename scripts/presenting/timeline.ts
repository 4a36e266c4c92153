// What happened, as text: a line a moment, the time on the left, who and what beside it.

import type { Moment } from "../../test/support/failure.ts";
import type { Terminal } from "./terminal.ts";

/** A long story is told by its beginning and its end: the failure is at the end. */
const MOST_LINES = 24;
const FIRST_LINES = 8;

export function timelineLines(timeline: readonly Moment[], terminal: Terminal, indent: string): string[] {
  const laneWidth = Math.min(34, Math.max(...timeline.map((moment) => moment.lane.length)));
  const timeWidth = Math.max(...timeline.map((moment) => timeOf(moment).length));
  let lastTime = "";
  const rows = timeline.map((moment) => {
    const time = timeOf(moment);
    const shownTime = time === lastTime ? "" : time;
    lastTime = time;
    const room = terminal.width - indent.length - timeWidth - laneWidth - 6;
    const what = moment.what.length > room ? `${moment.what.slice(0, Math.max(10, room - 1))}…` : moment.what;
    return `${indent}${terminal.dim(`${shownTime.padStart(timeWidth)} │`)} ${moment.lane.padEnd(laneWidth)}  ${what}`;
  });
  const { first, left, last } = cutTimeline(rows);
  const gap = `${indent}${terminal.dim(`${" ".repeat(timeWidth)} ┆ ${left} moments left out`)}`;
  return left === 0 ? rows : [...first, gap, ...last];
}

/** The beginning, how much is left out after it, and the end. */
export function cutTimeline<Row>(rows: readonly Row[]): { first: readonly Row[]; left: number; last: readonly Row[] } {
  if (rows.length <= MOST_LINES) return { first: rows, left: 0, last: [] };
  const left = rows.length - MOST_LINES;
  return { first: rows.slice(0, FIRST_LINES), left, last: rows.slice(left + FIRST_LINES) };
}

export function timeOf({ atMs }: Moment): string {
  return `${Number.isInteger(atMs) ? atMs : atMs.toFixed(1)} ms`;
}
