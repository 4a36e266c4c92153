// A schedule as an SVG: time runs down, what was at rest stands under each call, a bar for each call that
// waited. Every colour has its sign or word, and the whole has a description for those who do not look.

import type { ScheduleTable } from "../../test/support/failure.ts";
import { type Cell, type Grid, type GridRow, gridOf } from "./schedule-layout.ts";

const CODE_CHARACTER = 7.9;
const SMALL_CHARACTER = 6.8;
const ROW = 52;
const HEAD = 30;
const LEFT = 26;
const RIGHT = 14;
const GAP = 20;
const MOST_LANES = 8;
const HEAD_OF_CALLS = "call, then at rest";

const STYLE = `
  text { font: 14px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: #1f2328; stroke: none } .small { font-size: 12px }
  .code { font-family: ui-monospace, "DejaVu Sans Mono", Menlo, Consolas, monospace; font-size: 13px }
  .head { font-weight: 600 } .quiet { fill: #59636e } .bad { fill: #c4141f; font-weight: 600 } .here { display: none }
  .paper { fill: #ffffff; stroke: #d0d7de } .row { fill: none } .even { fill: #f6f8fa } .broken { fill: #ffebe9; stroke: #c4141f }
  .bar, .open { stroke: #218bff; stroke-width: 6 } .open { stroke-dasharray: 5 5 } .knot { fill: #0550ae; stroke: none } .turn { stroke: #9a6700; stroke-width: 3 }
  @media (prefers-color-scheme: dark) {
    text { fill: #e6edf3 } .quiet { fill: #9198a1 } .bad { fill: #ff7b72 }
    .paper { fill: #0d1117; stroke: #3d444d } .even { fill: #151b23 } .broken { fill: #3c1618; stroke: #ff7b72 }
    .bar, .open { stroke: #1f6feb } .knot { fill: #79c0ff } .turn { stroke: #d29922 }
  }`;

/** The rows and bars of a schedule, for an SVG of that size. What belongs to a step says so: `data-step="3"`. */
export interface Drawing {
  inner: string;
  width: number;
  height: number;
}

/** The attributes of what belongs to a step. */
type Marked = (step: number) => string;

/** Where each column begins. */
interface Columns {
  call: number;
  lanes: number[];
  width: number;
}

/** @param now The step that is marked as the present one; those after it are marked as being to come. */
export function scheduleDrawing(table: ScheduleTable, now: number): Drawing {
  return drawingOf(gridOf(table, MOST_LANES), now);
}

/** The schedule as a picture by itself, in the colours of light and dark pages. */
export function schedulePicture(table: ScheduleTable): string {
  const grid = gridOf(table, MOST_LANES);
  const drawing = drawingOf(grid, null);
  const words = wordsOf(table);
  const foot = 40 + drawing.height + 28;
  const height = foot + words.length * 22 - 4;
  const widest = Math.max(...words.map((line) => line.length * 8.4), table.on.length * 8.4);
  const width = round(Math.max(drawing.width, widest + LEFT + RIGHT));
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="title story">
<title id="title">${escaped(`A schedule on ${table.on}`)}</title>
<desc id="story">${escaped(storyOf(grid, words))}</desc>
<style>${STYLE}
</style>
<rect class="paper" x="0.5" y="0.5" width="${width - 1}" height="${height - 1}" rx="8"/>
${text(LEFT, 30, table.on, "head")}
<g transform="translate(0 40)">
${drawing.inner}
</g>
${words.map((line, index) => text(LEFT, foot + index * 22, line, index === 0 && table.broke !== null ? "bad" : "")).join("\n")}
</svg>
`;
}

function drawingOf(grid: Grid, now: number | null): Drawing {
  const columns = columnsOf(grid);
  const marked: Marked = (step) => {
    const state = now === null || step < now ? "" : ` data-state="${step === now ? "now" : "to come"}"`;
    return `data-step="${step}"${state}`;
  };
  const inner = [
    headOf(grid, columns),
    ...grid.rows.map((row, index) => rowOf(grid, row, index, columns, marked)),
    ...grid.lanes.map((_lane, index) => barOf(grid, index, columns, marked)),
  ];
  return { inner: inner.join("\n"), width: round(columns.width), height: HEAD + grid.rows.length * ROW };
}

function columnsOf({ rows, lanes, isTimed }: Grid): Columns {
  const small = (texts: string[]) => Math.max(...texts.map((one) => one.length)) * SMALL_CHARACTER;
  const code = (texts: string[]) => Math.max(...texts.map((one) => one.length)) * CODE_CHARACTER;
  const call = LEFT + (isTimed ? Math.max(46, small(rows.map(timeOf)) + 18) : 46);
  let x = call + Math.max(code(rows.map(({ does }) => does)), small([HEAD_OF_CALLS, ...rows.map(restOf)])) + GAP;
  const starts = lanes.map((lane, index) => {
    const at = x;
    x += code([lane, ...rows.map(({ cells }) => `  ${cells[index]?.text ?? ""}`)]) + GAP;
    return at;
  });
  return { call, lanes: starts, width: x - GAP + RIGHT };
}

function headOf(grid: Grid, { call, lanes }: Columns): string {
  return [
    text(LEFT, 19, "step", "quiet small"),
    text(call, 19, HEAD_OF_CALLS, "quiet small"),
    ...grid.lanes.map((lane, index) => text(lanes[index] ?? 0, 19, lane, "head code")),
  ].join("");
}

function rowOf(grid: Grid, row: GridRow, index: number, { call, width }: Columns, marked: Marked): string {
  const y = HEAD + index * ROW;
  const joinsNext = grid.rows[index + 1]?.sameTurn === true;
  const band = row.isBroken ? "row broken" : index % 2 === 0 ? "row even" : "row";
  return [
    `<g class="step" ${marked(row.step)}>`,
    `<rect class="${band}" x="4" y="${y + 1}" width="${round(width - 8)}" height="${ROW - 2}" rx="6"/>`,
    `<path class="here" d="M10 ${y + 13}l9 6l-9 6z"/>`,
    row.sameTurn || joinsNext
      ? `<line class="turn" x1="${round(call - 10)}" x2="${round(call - 10)}" y1="${y + (row.sameTurn ? 0 : 10)}" y2="${y + ROW - (joinsNext ? 0 : 10)}"/>`
      : "",
    text(LEFT, y + 23, row.isBroken ? `${row.step} ✗` : String(row.step), row.isBroken ? "bad" : "head"),
    grid.isTimed ? text(LEFT, y + 42, timeOf(row), "quiet small") : "",
    text(call, y + 23, row.does, "code"),
    text(call, y + 42, restOf(row), "quiet small"),
    "</g>",
  ].join("");
}

/** The bar of a lane: from the call to its end, dashed where it waits still. */
function barOf({ rows }: Grid, lane: number, columns: Columns, marked: Marked): string {
  const x = round((columns.lanes[lane] ?? 0) + 5);
  const isOpen = !rows.some(({ cells }) => cells[lane]?.kind === "ends");
  const parts = rows.map(({ step, cells }, index) => {
    const cell = cells[lane];
    if (!cell || cell.kind === "empty") return "";
    return `<g ${marked(step)}>${partOf(cell, x, HEAD + index * ROW)}</g>`;
  });
  return `<g class="${isOpen ? "open" : "bar"}">${parts.join("")}</g>`;
}

/** What of a bar lies in one row. */
function partOf({ kind, text: says }: Cell, x: number, y: number): string {
  const middle = y + 19;
  const isFirst = kind === "begins";
  const line = `<line x1="${x}" x2="${x}" y1="${isFirst ? middle : y}" y2="${kind === "ends" ? middle : y + ROW}"/>`;
  const knot = isFirst || kind === "ends" ? `<circle class="knot" cx="${x}" cy="${middle}" r="5"/>` : "";
  return line + knot + (says ? text(x + 13, y + 23, says, says.startsWith("✗") ? "bad code" : "code") : "");
}

const timeOf = ({ atMs }: GridRow): string => `${atMs} ms`;

/** What was at rest after the step. */
function restOf({ shows, step }: GridRow): string {
  return shows ?? `in the same turn as ${step + 1}`;
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
