// The numbers of a run in words: the chart's twin for those who do not look at it, and Little's law.

import type { Figures, LittlesLaw, RunFigures } from "./figures.ts";
import { measured, seconds } from "./time-words.ts";

/** How far λ × W may be from L, as a share of L, to be called the same. */
const CLOSE = 0.05;

export interface Law {
  readonly inside: string;
  readonly perSecond: string;
  readonly stay: string;
  readonly product: string;
  readonly verdict: "agrees" | "not yet" | "nothing yet";
  readonly words: string;
}

/** "At 12.4 s: 5 wait, 2 are in flight, and the oldest has waited 3.1 s. Most so far: 9 waiting, at 8.0 s." */
export function figuresInWords(figures: RunFigures, atMs: number, flight: string): string {
  const now = figures.at(atMs);
  const time = (ms: number) => seconds(ms, figures.wholeMs);
  const waits = now.waiting === 0 ? "none waits" : `${now.waiting} ${now.waiting === 1 ? "waits" : "wait"}`;
  const oldest = now.waiting === 0 ? "" : `, and ${oldestOf(now)} has waited ${time(now.oldestWaitsMs)}`;
  const { count, atMs: mostAtMs } = figures.mostWaiting;
  const most =
    count === 0 ? "In the whole run none waits." : `Most in the whole run: ${count} waiting, at ${time(mostAtMs)}.`;
  return `At ${time(atMs)}: ${waits}, ${now.inFlight} ${flight}${oldest}. ${most}`;
}

function oldestOf({ waiting }: Figures): string {
  return waiting === 1 ? "it" : "the oldest";
}

/** Little's law with its three numbers, whether they agree, and if not, why not yet. */
export function lawInWords(law: LittlesLaw): Law {
  const product = law.stayS === null ? null : law.perSecond * law.stayS;
  const numbers = {
    inside: measured(law.inside),
    perSecond: `${measured(law.perSecond)} per second`,
    stay: law.stayS === null ? "not known yet" : `${measured(law.stayS)} s`,
    product: product === null ? "not known yet" : measured(product),
  };
  if (product === null) {
    return { ...numbers, verdict: "nothing yet", words: "Nothing has left yet, so nobody knows how long a stay is." };
  }
  if (Math.abs(product - law.inside) <= Math.max(CLOSE * law.inside, 0.005)) {
    return { ...numbers, verdict: "agrees", words: agreeing(law) };
  }
  return { ...numbers, verdict: "not yet", words: disagreeing(law, product) };
}

function agreeing({ stillInside }: LittlesLaw): string {
  if (stillInside === 0) return "All that came in have left, so the two are the same.";
  return `They differ by less than ${CLOSE * 100} %, though ${stillInside} ${stillInside === 1 ? "is" : "are"} still inside.`;
}

function disagreeing({ stillInside }: LittlesLaw, product: number): string {
  const are = stillInside === 1 ? "1 is" : `${stillInside} are`;
  const why = `${are} still inside: counted in λ and in L, and not in W before they have left.`;
  return product === 0 ? `What left had not stayed. ${why}` : why;
}
