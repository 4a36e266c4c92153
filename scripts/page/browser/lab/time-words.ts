// Times and numbers as the lab says them: seconds of the lab, and never more digits than can be read.

/** "12.4 s"; "0.35 s" where the whole run is short. */
export function seconds(ms: number, durationMs = Number.POSITIVE_INFINITY): string {
  return `${(ms / 1000).toFixed(durationMs <= 10_000 ? 2 : 1)} s`;
}

/** What is left of a timeout, rounded up, so that it says 0.0 only when it is over. */
export function secondsLeft(ms: number): string {
  return `${(Math.ceil(Math.max(0, ms) / 100) / 10).toFixed(1)} s`;
}

/** "14:05:12", in the time of the learner's clock. */
export function timeOfDay(date: Date): string {
  return [date.getHours(), date.getMinutes(), date.getSeconds()].map((part) => String(part).padStart(2, "0")).join(":");
}

/** "1 order", "3 orders". */
export function counted(count: number, word: string): string {
  return `${count} ${count === 1 ? word : plural(word)}`;
}

/** The plural of a regular English word, which is what labs call their producers and consumers. */
export function plural(word: string): string {
  if (/[^aeiou]y$/.test(word)) return `${word.slice(0, -1)}ies`;
  return /(?:s|x|z|ch|sh)$/.test(word) ? `${word}es` : `${word}s`;
}

export function capitalised(word: string): string {
  return word.charAt(0).toUpperCase() + word.slice(1);
}

/** A measured number: three digits that say something, and no trailing zeros after 100. */
export function measured(number: number): string {
  if (number >= 100) return number.toFixed(0);
  return number >= 10 ? number.toFixed(1) : number.toFixed(2);
}
