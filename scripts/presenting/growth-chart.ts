// How costs grow with the size, drawn in text: both scales are logarithmic, so that a cost that stays
// the same is a level line, and one that grows with the size goes up by a decade where the size does.

export interface Growth {
  /** One character. */
  mark: string;
  /** In nanoseconds, by column; `undefined`: not known. */
  costsNs: readonly (number | undefined)[];
}

const COLUMN = 18;
const MARGIN = 9;
const ROWS_A_DECADE = 4;

export function growthChart(growths: readonly Growth[], columns: readonly string[]): string {
  const known = growths.flatMap(({ costsNs }) =>
    costsNs.flatMap((cost) => (cost === undefined ? [] : [heightOf(cost)])),
  );
  if (known.length === 0) return "";
  const bottom = Math.floor(Math.min(...known));
  const top = Math.max(bottom + 1, Math.ceil(Math.max(...known)));
  const grid = Array.from({ length: (top - bottom) * ROWS_A_DECADE + 1 }, (): string[] => []);
  const rowAt = (costNs: number) => grid[Math.round((top - heightOf(costNs)) * ROWS_A_DECADE)] ?? [];

  for (const { mark, costsNs } of growths) {
    for (const [column, cost] of costsNs.entries()) {
      if (cost === undefined) continue;
      const row = rowAt(cost);
      let place = column * COLUMN;
      // Points that fall together stand side by side.
      while (row[place] !== undefined) place += 1;
      row[place] = mark;
    }
  }
  for (const { costsNs } of growths) {
    for (const [column, from] of costsNs.entries()) {
      const to = costsNs[column + 1];
      if (from === undefined || to === undefined) continue;
      for (let step = 2; step < COLUMN; step += 2) {
        rowAt(from * (to / from) ** (step / COLUMN))[column * COLUMN + step] ??= "·";
      }
    }
  }

  const lines = grid.map((row, index) => {
    const isDecade = index % ROWS_A_DECADE === 0;
    const label = isDecade ? duration(10 ** (top - index / ROWS_A_DECADE)) : "";
    return `${label.padStart(MARGIN)} ${isDecade ? "┤" : "│"} ${Array.from(row, (sign) => sign ?? " ").join("")}`;
  });
  const footer = " ".repeat(MARGIN + 3) + columns.map((name) => name.padEnd(COLUMN)).join("");
  return [...lines, footer].map((line) => line.trimEnd()).join("\n");
}

/** In decades; the clock tells nothing below a nanosecond. */
function heightOf(costNs: number): number {
  return Math.log10(Math.max(1, costNs));
}

/** A power of ten in nanoseconds, as people say it: "10 µs". */
function duration(ns: number): string {
  const power = Math.floor(Math.log10(ns) / 3 + 1e-9);
  return `${Math.round(ns / 1000 ** power)} ${["ns", "µs", "ms", "s"][power] ?? "?"}`;
}
