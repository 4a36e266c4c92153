// A schedule as text: a row a step, a lane for each call that waited, the state beside it. Signs and
// words say everything; colours only repeat it.

import stringWidth from "fast-string-width";
import type { ScheduleTable } from "../../test/support/failure.ts";
import { type Cell, type Grid, gridOf } from "./schedule-layout.ts";
import type { Terminal } from "./terminal.ts";

const SIGNS: Record<Cell["kind"], string> = {
  empty: "",
  begins: "┌ ",
  "goes on": "│",
  ends: "└ ",
  "waits still": "┆ ",
};
const GAP = 2;
const MOST_LANES = 6;
const MOST_ALLOWED = 3;

/** @param again How to run this schedule again. */
export function scheduleLines(table: ScheduleTable, again: string, terminal: Terminal, indent: string): string[] {
  const room = Math.min(terminal.width, 100) - indent.length;
  const columns = fitting(table, room);
  const lines = columns.map(({ text, isBroken, isHead }) => {
    if (isHead) return indent + terminal.dim(text);
    return indent + (isBroken ? terminal.bad(text) : text);
  });
  return [...lines, "", ...verdictLines(table, again, terminal, indent)];
}

interface Line {
  text: string;
  isBroken: boolean;
  isHead: boolean;
}

/** The grid with as many lanes as there is room for. */
function fitting(table: ScheduleTable, room: number): Line[] {
  for (let lanes = MOST_LANES; lanes > 0; lanes--) {
    const lines = linesOf(gridOf(table, lanes));
    if (Math.max(...lines.map(({ text }) => stringWidth(text))) <= room) return lines;
  }
  return linesOf(gridOf(table, 0)).map((line) => ({ ...line, text: cut(line.text, room) }));
}

function linesOf({ lanes, rows, isTimed }: Grid): Line[] {
  const head = ["", "step", ...(isTimed ? ["ms"] : []), "call", ...lanes, "at rest"];
  const cells = rows.map((row) => [
    row.isBroken ? "✗" : "",
    String(row.step).padStart(3),
    ...(isTimed ? [String(row.atMs)] : []),
    `${row.sameTurn ? "+ " : ""}${row.does}`,
    ...row.cells.map(({ kind, text }) => `${SIGNS[kind]}${text}`),
    row.shows ?? "… same turn",
  ]);
  const widths = head.map((_text, column) =>
    Math.max(...[head, ...cells].map((line) => stringWidth(line[column] ?? ""))),
  );
  const join = (line: string[]) =>
    line
      .map((text, column) => text + " ".repeat((widths[column] ?? 0) - stringWidth(text) + (column === 0 ? 1 : GAP)))
      .join("")
      .trimEnd();
  return [
    { text: join(head), isBroken: false, isHead: true },
    ...cells.map((line, index) => ({ text: join(line), isBroken: rows[index]?.isBroken ?? false, isHead: false })),
  ];
}

function verdictLines(
  { broke, seen, allowed, code }: ScheduleTable,
  again: string,
  terminal: Terminal,
  indent: string,
): string[] {
  const inside = `${indent}  `;
  if (broke === null) return [`${indent}${terminal.good("✓")} Everything in this schedule is as it may be.`];
  const lines = [`${indent}${terminal.bad(`✗ step ${broke}`)}`];
  const shown = allowed.slice(0, MOST_ALLOWED);
  lines.push(terminal.wrap(`seen     ${seen}`, inside));
  for (const [index, one] of shown.entries())
    lines.push(terminal.wrap(`${index === 0 ? "allowed " : "or      "} ${one}`, inside));
  if (allowed.length > shown.length) lines.push(`${inside}or       ${allowed.length - shown.length} more`);
  // In one piece, however long: it is there to be copied.
  lines.push(`${indent}Again, alone:`, terminal.dim(`${indent}  ${again} -- --replay ${code}`));
  return lines;
}

function cut(text: string, room: number): string {
  return text.length > room ? `${text.slice(0, room - 1)}…` : text;
}
