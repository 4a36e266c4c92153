// The figures of `npm run bench` as a table.

import { type Measured, median } from "../authoring/measured.ts";

export function benchScreen(cold: Measured[], warm: Measured[], page: Measured[]): string {
  const base = median(cold.find(({ what }) => what === "vitest run")?.timesMs ?? []);
  const row = ({ what, timesMs }: Measured, ratio: string) => {
    const spread = `${ms(Math.min(...timesMs))}-${ms(Math.max(...timesMs))}`;
    return `  ${what.padEnd(38)} ${ms(median(timesMs)).padStart(6)} ms   ${spread.padEnd(12)} ${ratio}`.trimEnd();
  };
  return [
    "A check from nothing (median, least-most, beside vitest run)",
    ...cold.map((one) => row(one, `${(median(one.timesMs) / base).toFixed(2)}x`)),
    "",
    "From the save to the verdict on the screen (median, least-most)",
    ...warm.map((one) => row(one, "")),
    "",
    "In the browser (median, least-most)",
    ...page.map((one) => row(one, "")),
  ].join("\n");
}

function ms(time: number): string {
  return String(Math.round(time));
}
