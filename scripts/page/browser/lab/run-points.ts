// A run as points in time: after each moment at which something happened, how many are where, and what
// the stays of all items add up to. One walk over the events.

import { Board, type Piece, type Place } from "../../../lab/board.ts";
import type { LabEvent, Recording } from "../../../lab/events.ts";

/** In the queue, or in work: a stay begins with the first and ends with the last. */
const INSIDE: ReadonlySet<Place> = new Set(["slots", "flight", "hand"]);

/** What is so from `atMs` until the next point. */
export interface Point {
  readonly atMs: number;
  /** In the hands of producers, and not offered yet. */
  readonly made: number;
  readonly outside: number;
  readonly waiting: number;
  /** Lent, or, in a queue that does not lend, in the hands of a consumer. */
  readonly inFlight: number;
  /** Since when the one that waits longest has been waiting; `null`: none waits. */
  readonly oldestSinceMs: number | null;
  /** Items that are in the queue or in work. */
  readonly inside: number;
  readonly entered: number;
  readonly left: number;
  /** The time that those who left had spent inside, all together. */
  readonly stayedMs: number;
  /** Time inside of all items up to `atMs`, all together. */
  readonly areaMs: number;
}

/** Before anything has happened. */
export const START: Point = {
  atMs: 0,
  made: 0,
  outside: 0,
  waiting: 0,
  inFlight: 0,
  oldestSinceMs: null,
  inside: 0,
  entered: 0,
  left: 0,
  stayedMs: 0,
  areaMs: 0,
};

/** One point for each moment at which something happens, in order. */
export function pointsOf(recording: Recording): Point[] {
  const walk = new Walk(recording);
  const points: Point[] = [];
  for (const [index, event] of recording.events.entries()) {
    walk.take(event);
    if (recording.events[index + 1]?.atMs !== event.atMs) points.push(walk.point());
  }
  return points;
}

/** The board while the events go by, and how long each item has been inside. */
class Walk {
  readonly #board: Board;
  /** Those inside: since when, their earlier stays counted in. */
  readonly #inside = new Map<Piece, number>();
  /** Those that have left: how long they had been inside. */
  readonly #stayed = new Map<Piece, number>();
  readonly #entered = new Set<Piece>();
  #stayedMs = 0;
  #areaMs = 0;
  #atMs = 0;

  constructor({ producers, consumers }: Recording) {
    this.#board = new Board(producers, consumers);
  }

  take(event: LabEvent): void {
    this.#areaMs += this.#inside.size * (event.atMs - this.#atMs);
    this.#atMs = event.atMs;
    const dropped = event.kind === "crashed" ? (this.#board.consumers.get(event.by)?.holds ?? []) : [];
    const moved = dropped.map(({ piece }) => piece);
    this.#board.apply(event);
    if ("item" in event && event.item !== undefined) moved.push(this.#board.piece(event.item));
    for (const piece of moved) this.#settle(piece);
  }

  point(): Point {
    const { made, outside, slots } = this.#board;
    return {
      atMs: this.#atMs,
      made: made.length,
      outside: outside.length,
      waiting: slots.length,
      inFlight: this.#inside.size - slots.length,
      oldestSinceMs:
        slots.length === 0
          ? null
          : slots.reduce((least, { waitsSinceMs }) => Math.min(least, waitsSinceMs), this.#atMs),
      inside: this.#inside.size,
      entered: this.#entered.size,
      left: this.#stayed.size,
      stayedMs: this.#stayedMs,
      areaMs: this.#areaMs,
    };
  }

  /** Counts the item in, or out, after it has moved. */
  #settle(piece: Piece): void {
    const isInside = INSIDE.has(piece.place);
    const sinceMs = this.#inside.get(piece);
    if (isInside && sinceMs === undefined) {
      this.#entered.add(piece);
      // Back again: what it had stayed before goes on, and is no stay that is over.
      const before = this.#stayed.get(piece) ?? 0;
      this.#stayed.delete(piece);
      this.#stayedMs -= before;
      this.#inside.set(piece, this.#atMs - before);
    } else if (!isInside && sinceMs !== undefined) {
      this.#inside.delete(piece);
      this.#stayed.set(piece, this.#atMs - sinceMs);
      this.#stayedMs += this.#atMs - sinceMs;
    }
  }
}
