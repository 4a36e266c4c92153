// A table in the terminal: columns that give way to the width, or one row after the other.

import stringWidth from "fast-string-width";
import type { Terminal } from "./terminal.ts";

/** @param rows Cells as they are shown, with their colours. The first row has the headers. */
export function tableLines(rows: string[][], terminal: Terminal, indent: string): string[] {
  const columns = Math.max(...rows.map((row) => row.length));
  const natural = Array.from({ length: columns }, (_, column) =>
    Math.max(...rows.map((row) => stringWidth(row[column] ?? ""))),
  );
  const room = terminal.width - stringWidth(indent) - 3 * (columns - 1);
  const widths = fitted(natural, room);
  if (widths.reduce((total, width) => total + width, 0) > room) return records(rows, terminal, indent);
  return rows.flatMap((row, index) => {
    const cells = widths.map((width, column) => terminal.wrapTo(row[column] ?? "", width).split("\n"));
    const height = Math.max(...cells.map((cell) => cell.length));
    const lines = Array.from(
      { length: height },
      (_, line) =>
        indent +
        cells
          .map((cell, column) => padded(cell[line] ?? "", widths[column] ?? 0))
          .join(terminal.dim(" │ "))
          .trimEnd(),
    );
    const rule = indent + terminal.dim(widths.map((width) => "─".repeat(width)).join("─┼─"));
    return index === 0 ? [...lines.map((line) => terminal.bold(line)), rule] : lines;
  });
}

/** A table without room for its columns: each row by itself, a line for each of its cells. */
function records([headers = [], ...rows]: string[][], terminal: Terminal, indent: string): string[] {
  const records = rows.map(([name = "", ...cells]) => [
    ...terminal.wrap(terminal.bold(name), indent).split("\n"),
    ...cells.flatMap((cell, index) =>
      cell === "" ? [] : terminal.wrap(`${headers[index + 1]}: ${cell}`, `${indent}  `).split("\n"),
    ),
  ]);
  return records.flatMap((lines, index) => (index === 0 ? lines : ["", ...lines]));
}

/** Widths that fit into `room`: the widest columns give way first. */
function fitted(natural: number[], room: number): number[] {
  const widths = [...natural];
  const sum = () => widths.reduce((total, width) => total + width, 0);
  while (sum() > room && Math.max(...widths) > 10)
    widths[widths.indexOf(Math.max(...widths))] = Math.max(...widths) - 1;
  return widths;
}

function padded(text: string, width: number): string {
  return text + " ".repeat(Math.max(0, width - stringWidth(text)));
}
