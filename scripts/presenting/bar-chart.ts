// Costs of one size side by side, drawn in text: a bar for each, the longest the widest.

export interface Bar {
  name: string;
  /** The length of the bar; `undefined`: not known. */
  value: number | undefined;
  /** What is written behind it. */
  label: string;
}

const WIDEST = 56;

export function barChart(bars: readonly Bar[]): string {
  const longest = Math.max(...bars.map(({ value = 0 }) => value));
  const margin = Math.max(...bars.map(({ name }) => name.length));
  return bars
    .map(({ name, value, label }) => {
      // What is there at all has a bar that can be seen.
      const width = value === undefined || longest === 0 ? 0 : Math.max(1, Math.round((value / longest) * WIDEST));
      return `${name.padEnd(margin)} ${"█".repeat(width)} ${label}`.trimEnd();
    })
    .join("\n");
}
