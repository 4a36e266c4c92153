// The numbers of a run over its time: how many wait, how many are in flight, how long the oldest waits,
// and what Little's law needs. Each question is a search among the run's points.

import type { LabEvent, Recording } from "../../../lab/events.ts";
import { type Point, pointsOf, START } from "./run-points.ts";

/** The numbers at one moment. */
export interface Figures {
  readonly atMs: number;
  readonly waiting: number;
  readonly inFlight: number;
  /** How long the oldest one has been waiting; 0 where none waits. */
  readonly oldestWaitsMs: number;
}

/** L = λ × W, measured from the beginning of the run up to one moment. */
export interface LittlesLaw {
  /** L: how many were inside on average. */
  readonly inside: number;
  /** λ: how many came in per second. */
  readonly perSecond: number;
  /** W: how long they stayed on average, of those that have left, in seconds; `null`: none has. */
  readonly stayS: number | null;
  /** How many are inside now. Their stay is not over, so W knows nothing of it. */
  readonly stillInside: number;
}

export class RunFigures {
  readonly #points: readonly Point[];
  readonly mostWaiting: { readonly count: number; readonly atMs: number };
  readonly mostInFlight: number;
  readonly mostOutside: number;
  readonly mostMade: number;
  /** Moments at which something happens that can be seen, each once, in order. */
  readonly moments: readonly number[];
  readonly durationMs: number;
  readonly wholeMs: number;

  /** @param wholeMs How long a run is that does not end early. */
  constructor(recording: Recording, wholeMs: number) {
    this.durationMs = recording.durationMs;
    this.wholeMs = wholeMs;
    this.#points = pointsOf(recording);
    this.moments = [...new Set(recording.events.filter(isSeen).map(({ atMs }) => atMs))];
    const most = this.#points.reduce((most, point) => (point.waiting > most.waiting ? point : most), START);
    this.mostWaiting = { count: most.waiting, atMs: most.atMs };
    this.mostInFlight = Math.max(0, ...this.#points.map(({ inFlight }) => inFlight));
    this.mostOutside = Math.max(0, ...this.#points.map(({ outside }) => outside));
    this.mostMade = Math.max(0, ...this.#points.map(({ made }) => made));
  }

  /** Which point of the run `atMs` belongs to: as long as it is the same one, nothing has happened. */
  pointAt(atMs: number): number {
    return lastUpTo(this.#points, atMs);
  }

  at(atMs: number): Figures {
    const { waiting, inFlight, oldestSinceMs } = this.#pointAt(atMs);
    return { atMs, waiting, inFlight, oldestWaitsMs: oldestSinceMs === null ? 0 : atMs - oldestSinceMs };
  }

  littlesLawAt(atMs: number): LittlesLaw {
    const point = this.#pointAt(atMs);
    const areaMs = point.areaMs + point.inside * (atMs - point.atMs);
    return {
      inside: atMs === 0 ? point.inside : areaMs / atMs,
      perSecond: atMs === 0 ? 0 : point.entered / (atMs / 1000),
      stayS: point.left === 0 ? null : point.stayedMs / point.left / 1000,
      stillInside: point.inside,
    };
  }

  #pointAt(atMs: number): Point {
    return this.#points[lastUpTo(this.#points, atMs)] ?? START;
  }
}

/** The queue's own count comes whenever all is at rest: as a step of the player it would say nothing. */
function isSeen({ kind }: LabEvent): boolean {
  return kind !== "counts" && kind !== "made";
}

/** The index of the last point that is not after `atMs`; -1 where all are. */
function lastUpTo(points: readonly Point[], atMs: number): number {
  let [low, high] = [0, points.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((points[middle]?.atMs ?? 0) <= atMs) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}
