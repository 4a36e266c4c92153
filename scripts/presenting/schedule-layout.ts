// A schedule as a grid of words: the text and the picture of it are drawn from the same cells.

import type { ScheduleTable } from "../../test/support/failure.ts";

export interface GridRow {
  step: number;
  atMs: number;
  /** The call, and how it ended where it ended before the next turn: "put('a') → done". */
  does: string;
  /** One cell for each lane of the grid. */
  cells: Cell[];
  /** What was seen at rest; null: the next step came in the same turn. */
  shows: string | null;
  /** Made in the same turn as the row before. */
  sameTurn: boolean;
  isBroken: boolean;
}

export interface Cell {
  kind: "empty" | "begins" | "goes on" | "ends" | "waits still";
  text: string;
}

export interface Grid {
  lanes: string[];
  rows: GridRow[];
  /** Whether any time passes in it. */
  isTimed: boolean;
}

type Lane = ScheduleTable["lanes"][number];

/** @param mostLanes Calls beyond that number, those that ended first, are told in the row of their call. */
export function gridOf(table: ScheduleTable, mostLanes: number): Grid {
  const last = table.rows.length;
  const outlives = table.lanes.filter((lane) => lane.to === null || lane.to > endOfTurn(table, lane.from));
  const lanes = [...outlives]
    .sort((a, b) => (b.to ?? last + 1) - (a.to ?? last + 1))
    .slice(0, mostLanes)
    .sort((a, b) => a.from - b.from);
  const rows = table.rows.map(({ step, atMs, does, shows, sameTurn }): GridRow => {
    const own = table.lanes.find(({ from }) => from === step);
    const isTold = own !== undefined && !lanes.includes(own) && own.outcome !== null;
    return {
      step,
      atMs,
      does: isTold ? `${does} ${ended(own)}` : does,
      cells: lanes.map((lane) => cellOf(lane, step, last)),
      shows,
      sameTurn,
      isBroken: step === table.broke,
    };
  });
  return { lanes: lanes.map(({ name }) => name), rows, isTimed: rows.some(({ atMs }) => atMs > 0) };
}

/** The last step that is made in the same turn as `step`. */
function endOfTurn({ rows }: ScheduleTable, step: number): number {
  const next = rows.find((row) => row.step > step && !row.sameTurn);
  return next ? next.step - 1 : rows.length;
}

function cellOf(lane: Lane, step: number, last: number): Cell {
  if (step < lane.from || (lane.to !== null && step > lane.to)) return { kind: "empty", text: "" };
  if (step === lane.to) return { kind: "ends", text: ended(lane) };
  if (step === lane.from) return { kind: "begins", text: "waits" };
  if (step === last) return { kind: "waits still", text: "waits still" };
  return { kind: "goes on", text: "" };
}

/** "→ 'a'", "✗ aborted" */
export function ended({ outcome }: Lane): string {
  return outcome?.startsWith("✗") ? outcome : `→ ${outcome}`;
}
