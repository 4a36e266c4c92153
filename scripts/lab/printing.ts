// What the code prints during a run: kept with the time of the lab, and cut where it floods.

import { formatted } from "./shown.ts";

export interface Line {
  readonly atMs: number;
  readonly text: string;
}

const MOST_CHARACTERS = 20_000;
const KINDS = ["log", "info", "debug", "warn", "error", "trace"] as const;

/** Keeps what is written to the console from now on. Returns what gives the console back. */
export function keepPrinted(nowMs: () => number, keep: (line: Line) => void): () => void {
  const before = KINDS.map((kind) => console[kind]);
  let left = MOST_CHARACTERS;
  const print = (...values: unknown[]) => {
    if (left <= 0) return;
    const text = formatted(...values);
    keep({ atMs: nowMs(), text: text.length > left ? `${text.slice(0, left)} … (the rest is cut)` : text });
    left -= text.length + 1;
  };
  for (const kind of KINDS) console[kind] = print;
  return () => {
    for (const [index, kind] of KINDS.entries()) console[kind] = before[index] ?? console[kind];
  };
}
