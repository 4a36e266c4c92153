// Times in milliseconds, and what is told of them.

export interface Measured {
  what: string;
  timesMs: number[];
}

export function median(timesMs: readonly number[]): number {
  const sorted = [...timesMs].sort((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? Number.NaN;
}
