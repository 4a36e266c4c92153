// Promises of a queue that are seen to be broken from outside, in any lab: an item in two hands, done
// twice, out of nowhere, or nowhere. What depends on a lesson's own rules, its lab notes itself.

import type { Board, Piece } from "./board.ts";
import type { LabEvent } from "./events.ts";
import { seconds } from "./problem.ts";

/** Numbers that disagree for a moment are on their way; for so long, they are wrong. In milliseconds of the lab. */
const PATIENCE_MS = 1_500;

/** What waits may be on its way to the one who asks: so long at most. */
const LONGEST_WAY_MS = 300;

type Broken = { readonly text: string; readonly item?: number };

export class BrokenPromises {
  readonly #board: Board;
  /** What was said already, so that it is said once. */
  readonly #said = new Set<string>();
  readonly #vanished = new Disagreement();
  readonly #surplus = new Disagreement();
  /** Since when somebody asks while something waits. */
  #sleepsSinceMs: number | null = null;

  constructor(board: Board) {
    this.#board = board;
  }

  /** What `event` breaks, judged by the board before it is applied. */
  seenIn(event: LabEvent): Broken[] {
    if (event.kind === "taken") return this.#once(event.item, this.#take(event, this.#board.piece(event.item)));
    if (event.kind === "finished") {
      const piece = this.#board.piece(event.item);
      const isAgain = piece.finished > 0;
      return this.#once(event.item, isAgain ? `${named(piece)} was done, and is done again by ${event.by}.` : null);
    }
    return [];
  }

  /** What is wrong with the queue's own numbers, when all has come to rest and they were applied. */
  seenAtRest(nowMs: number): Broken[] {
    const { says, slots, flights, outside, consumers } = this.#board;
    if (!says) return [];
    const known = slots.length + (says.inFlight === undefined ? 0 : flights.length);
    const said = says.waiting + (says.inFlight ?? 0);
    // A queue that does not count what it has lent may be about to hand one over.
    const isHandingOver = says.inFlight === undefined && [...consumers.values()].some(({ isAsking }) => isAsking);
    const vanished = isHandingOver ? 0 : this.#vanished.grownTo(known - said, nowMs);
    const surplus = this.#surplus.grownTo(said - known - outside.length, nowMs);
    const broken: Broken[] = [];
    if (vanished > 0) {
      const gone = vanished === 1 ? "1 more has vanished" : `${vanished} more have vanished`;
      broken.push({ text: `${gone}: the queue counts ${said}, and ${known} should be there.` });
    }
    if (surplus > 0) broken.push({ text: `The queue counts ${said}, and only ${known} should be there.` });
    broken.push(...this.#sleepers(nowMs));
    return broken;
  }

  #sleepers(nowMs: number): Broken[] {
    const { says, slots, consumers } = this.#board;
    const sleeper = [...consumers.values()].find(({ isAsking }) => isAsking);
    if (!sleeper || !says || says.waiting === 0 || slots.length === 0) {
      this.#sleepsSinceMs = null;
      return [];
    }
    this.#sleepsSinceMs ??= nowMs;
    if (nowMs - this.#sleepsSinceMs < LONGEST_WAY_MS) return [];
    this.#sleepsSinceMs = Number.POSITIVE_INFINITY;
    const waits = says.waiting === 1 ? "1 waits" : `${says.waiting} wait`;
    return [{ text: `${waits} in the queue, ${sleeper.name} waits for one, and neither is told of the other.` }];
  }

  #take({ atMs, by, delivery }: LabEvent & { kind: "taken" }, piece: Piece): string | null {
    if (piece.place === "finished") return `${named(piece)} was done, and ${by} gets it all the same.`;
    if (piece.place === "dead") return `${named(piece)} is with the dead letters, and ${by} gets it all the same.`;
    if (piece.place === "hand") return `${named(piece)} was handed to ${by} while ${piece.by} has it.`;
    if (piece.place === "flight" && (piece.untilMs === null || piece.untilMs > atMs)) {
      const until = piece.untilMs === null ? "for good" : `until ${seconds(piece.untilMs)}`;
      return `${named(piece)} was handed to ${by} while it is ${piece.by}'s ${until}.`;
    }
    if (delivery && delivery.count !== piece.count + 1) {
      const before = piece.count === 0 ? "nobody has had it before" : `the one before was delivery ${piece.count}`;
      return `${named(piece)} came as delivery ${delivery.count}, and ${before}.`;
    }
    return null;
  }

  #once(item: number, text: string | null): Broken[] {
    if (text === null || this.#said.has(text)) return [];
    this.#said.add(text);
    return [{ text, item }];
  }
}

/** A difference that counts once it has lasted. */
class Disagreement {
  #known = 0;
  #sinceMs: number | null = null;
  #least = 0;

  /** By how much it has grown for good since this was last said; mostly 0. */
  grownTo(difference: number, nowMs: number): number {
    if (difference <= this.#known) {
      this.#sinceMs = null;
      return 0;
    }
    this.#least = this.#sinceMs === null ? difference : Math.min(this.#least, difference);
    this.#sinceMs ??= nowMs;
    if (nowMs - this.#sinceMs < PATIENCE_MS) return 0;
    const grown = this.#least - this.#known;
    this.#known = this.#least;
    this.#sinceMs = null;
    return grown;
  }
}

function named({ label }: Piece): string {
  return label.slice(0, 1).toUpperCase() + label.slice(1);
}
