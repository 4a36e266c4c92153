// A schedule as an SVG: time runs down, a bar for each call that waited, the state at rest on the right.
// Every colour has its sign or word, and the whole has a description for those who do not look.

import type { ScheduleTable } from "../../test/support/failure.ts";
import { type Grid, gridOf } from "./schedule-layout.ts";

const CHARACTER = 8.2;
const ROW = 36;
const TOP = 76;
const LEFT = 20;
const MOST_LANES = 8;

const STYLE = `
  text { font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328 }
  .code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 13px }
  .head { font-weight: 600 } .quiet { fill: #59636e } .bad { fill: #c4141f; font-weight: 600 }
  .paper { fill: #ffffff; stroke: #d0d7de } .row { fill: #f6f8fa } .broken { fill: #ffebe9; stroke: #c4141f }
  .bar { fill: #54aeff; stroke: #0550ae } .open { fill: none; stroke: #0550ae; stroke-dasharray: 4 3 } .turn { stroke: #9a6700; stroke-width: 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .bad { fill: #ff7b72 }
    .paper { fill: #0d1117; stroke: #3d444d } .row { fill: #151b23 } .broken { fill: #3c1618; stroke: #ff7b72 }
    .bar { fill: #1f6feb; stroke: #79c0ff } .open { stroke: #79c0ff } .turn { stroke: #d29922 }
  }`;

interface Columns {
  step: number;
  time: number | null;
  call: number;
  lanes: number[];
  rest: number;
  width: number;
}

export function schedulePicture(table: ScheduleTable): string {
  const grid = gridOf(table, MOST_LANES);
  const columns = columnsOf(grid, table);
  const words = wordsOf(table);
  const foot = TOP + grid.rows.length * ROW + 30;
  const height = foot + words.length * 22 + 6;
  const width = Math.max(columns.width, ...words.map((line) => line.length * CHARACTER * 0.92 + 2 * LEFT));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${round(width)} ${height}" width="${round(width)}" height="${height}" role="img" aria-labelledby="title story">
<title id="title">${escaped(`A schedule on ${table.on}`)}</title>
<desc id="story">${escaped(storyOf(grid, words))}</desc>
<style>${STYLE}
</style>
<rect class="paper" x="0.5" y="0.5" width="${round(width - 1)}" height="${height - 1}" rx="8"/>
${text(LEFT, 30, table.on, "head")}
${headOf(grid, columns)}
${grid.rows.map((_row, index) => rowOf(grid, index, columns, width)).join("\n")}
${grid.lanes.map((_lane, index) => barOf(grid, index, columns)).join("\n")}
${words.map((line, index) => text(LEFT, foot + index * 22, line, index === 0 && table.broke !== null ? "bad" : "")).join("\n")}
</svg>
`;
}

/** Where each column begins. */
function columnsOf(grid: Grid, table: ScheduleTable): Columns {
  const wide = (texts: string[]) => Math.max(...texts.map((one) => one.length)) * CHARACTER + 24;
  let x = LEFT;
  const next = (width: number) => {
    const at = x;
    x += width;
    return at;
  };
  const step = next(46);
  const time = grid.isTimed ? next(60) : null;
  const call = next(wide(["call", ...grid.rows.map(({ does }) => does)]));
  const lanes = grid.lanes.map((lane, index) =>
    next(wide([lane, ...grid.rows.map(({ cells }) => `   ${cells[index]?.text ?? ""}`)])),
  );
  const rest = next(wide(["at rest", "same turn", ...table.rows.map(({ shows }) => shows ?? "")]));
  return { step, time, call, lanes, rest, width: x + LEFT };
}

function headOf(grid: Grid, columns: Columns): string {
  const heads = [
    text(columns.step, 60, "step", "quiet"),
    columns.time === null ? "" : text(columns.time, 60, "ms", "quiet"),
    text(columns.call, 60, "call", "quiet"),
    ...grid.lanes.map((lane, index) => text(columns.lanes[index] ?? 0, 60, lane, "head")),
    text(columns.rest, 60, "at rest", "quiet"),
  ];
  return heads.join("");
}

function rowOf({ rows }: Grid, index: number, columns: Columns, width: number): string {
  const row = rows[index];
  if (!row) return "";
  const y = TOP + index * ROW;
  const band = row.isBroken ? "broken" : index % 2 === 0 ? "row" : null;
  const isJoined = row.sameTurn || rows[index + 1]?.sameTurn === true;
  return [
    band ? `<rect class="${band}" x="8" y="${y}" width="${round(width - 16)}" height="${ROW}" rx="4"/>` : "",
    isJoined
      ? `<line class="turn" x1="${columns.call - 10}" x2="${columns.call - 10}" y1="${y + (row.sameTurn ? 0 : 8)}" y2="${y + ROW - (rows[index + 1]?.sameTurn ? 0 : 8)}"/>`
      : "",
    text(columns.step, y + 23, row.isBroken ? `✗ ${row.step}` : String(row.step), row.isBroken ? "bad" : "quiet"),
    columns.time === null ? "" : text(columns.time, y + 23, String(row.atMs), "quiet"),
    text(columns.call, y + 23, row.does, "code"),
    text(columns.rest, y + 23, row.shows ?? "same turn", row.shows === null ? "quiet" : ""),
  ].join("");
}

/** The bar of a lane: from the call to its end, dashed where it waits still. */
function barOf({ rows }: Grid, lane: number, columns: Columns): string {
  const cells = rows.map(({ cells }) => cells[lane]);
  const first = cells.findIndex((cell) => cell !== undefined && cell.kind !== "empty");
  const last = cells.findLastIndex((cell) => cell !== undefined && cell.kind !== "empty");
  const isOpen = cells[last]?.kind === "waits still";
  const x = columns.lanes[lane] ?? 0;
  const y = TOP + first * ROW + 10;
  const height = (last - first) * ROW + 16;
  const says = cells.map((cell, index) =>
    cell?.text ? text(x + 18, TOP + index * ROW + 23, cell.text, cell.text.startsWith("✗") ? "bad" : "") : "",
  );
  return `<rect class="${isOpen ? "open" : "bar"}" x="${x}" y="${y}" width="10" height="${height}" rx="5"/>${says.join("")}`;
}

/** What was seen and what is allowed, a line each. */
function wordsOf({ broke, seen, allowed }: ScheduleTable): string[] {
  if (broke === null) return ["Everything in this schedule is as it may be."];
  const several = allowed.slice(0, 3).map((one, index) => `${index === 0 ? "Allowed" : "or"}: ${one}`);
  return [`✗ Step ${broke}. Seen: ${seen}`, ...several];
}

/** The picture for those who do not look at it. */
function storyOf({ rows, lanes }: Grid, words: string[]): string {
  const steps = rows.map(({ step, does, cells, shows, sameTurn }) => {
    const told = cells.flatMap(({ text: says }, index) => (says ? [`${lanes[index]} ${says}`] : []));
    return `${sameTurn ? "In the same turn, step" : "Step"} ${step}: ${[does, ...told, ...(shows ? [shows] : [])].join(", ")}.`;
  });
  return [...steps, ...words].join(" ");
}

function text(x: number, y: number, content: string, classes: string): string {
  return `<text x="${round(x)}" y="${y}"${classes ? ` class="${classes}"` : ""}>${escaped(content)}</text>`;
}

const round = (number: number): number => Math.round(number * 10) / 10;

function escaped(content: string): string {
  return content.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
}
