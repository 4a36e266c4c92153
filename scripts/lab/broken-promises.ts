// Promises of a queue that are seen to be broken from outside, in any lab: an item in two hands, done
// twice, out of nowhere, or nowhere. What depends on a lesson's own rules, its lab notes itself. A queue that
// is wrong is wrong all the time, so each sort is said once for each item, and no run says more than 20.

import type { Board, Piece } from "./board.ts";
import type { LabEvent } from "./events.ts";
import { seconds } from "./problem.ts";

/** Numbers that disagree for a moment are on their way; for so long, they are wrong. In milliseconds of the lab. */
const PATIENCE_MS = 1_500;

/** What waits may be on its way to the one who asks: so long at most. */
const LONGEST_WAY_MS = 300;

/** So many are told in a run, those that a lab notes itself included. */
const MOST_TOLD = 20;

interface Broken {
  readonly text: string;
  readonly item?: number;
}

/** A promise, by a name of its own, and how it is broken now. */
type Breach = readonly [promise: string, text: string];

export class BrokenPromises {
  readonly #board: Board;
  /** Which promises were said to be broken already, and for which item. */
  readonly #said = new Set<string>();
  #told = 0;
  readonly #vanished = new Disagreement();
  readonly #surplus = new Disagreement();
  /** Since when somebody asks while something waits. */
  #sleepsSinceMs: number | null = null;

  constructor(board: Board) {
    this.#board = board;
  }

  /** What `event` breaks, judged by the board before it is applied. */
  seenIn(event: LabEvent): Broken[] {
    if (event.kind !== "taken" && event.kind !== "finished") return [];
    const piece = this.#board.piece(event.item);
    const breach = event.kind === "taken" ? judgedTaken(event, piece) : judgedFinished(event, piece);
    return breach ? this.#once(breach, event.item) : [];
  }

  /** What is wrong with the queue's own numbers, when all has come to rest and they were applied. */
  seenAtRest(nowMs: number): Broken[] {
    const { says, slots, flights, outside, consumers } = this.#board;
    if (!says) return [];
    const known = slots.length + (says.inFlight === undefined ? 0 : flights.length);
    const said = says.waiting + (says.inFlight ?? 0);
    // A queue that does not count what it has lent may be about to hand one over.
    const isHandingOver = says.inFlight === undefined && [...consumers.values()].some(({ isAsking }) => isAsking);
    const breaches: Breach[] = [...this.#sleepers(nowMs)];
    const vanished = isHandingOver ? 0 : this.#vanished.lasting(known - said, nowMs);
    if (vanished > 0) {
      const gone = vanished === 1 ? "1 has vanished" : `${vanished} have vanished`;
      breaches.push(["vanished", `${gone}: the queue counts ${said}, and ${said + vanished} should be there.`]);
    }
    if (this.#surplus.lasting(said - known - outside.length, nowMs) > 0) {
      breaches.push(["surplus", `The queue counts ${said}, and only ${known} should be there.`]);
    }
    return breaches.flatMap((breach) => this.#once(breach));
  }

  /** What is told of one that is noted: `null` where too many were told before it. */
  told(text: string): string | null {
    this.#told += 1;
    if (this.#told < MOST_TOLD) return text;
    return this.#told === MOST_TOLD ? `${text} From here on, no more are told.` : null;
  }

  #sleepers(nowMs: number): Breach[] {
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
    return [["told", `${waits} in the queue, ${sleeper.name} waits for one, and neither is told of the other.`]];
  }

  #once([promise, text]: Breach, item?: number): Broken[] {
    const what = item === undefined ? promise : `${promise} ${item}`;
    if (this.#said.has(what)) return [];
    this.#said.add(what);
    return [{ text, ...(item === undefined ? {} : { item }) }];
  }
}

function judgedTaken({ atMs, by, delivery }: LabEvent & { kind: "taken" }, piece: Piece): Breach | null {
  const { place, untilMs, count } = piece;
  const name = named(piece);
  if (place === "finished") return ["after its end", `${name} was done, and ${by} gets it all the same.`];
  if (place === "failed") return ["after its end", `${name} has failed for good, and ${by} gets it all the same.`];
  if (place === "dead") return ["after its end", `${name} is with the dead letters, and ${by} gets it all the same.`];
  if (place === "hand") return ["one hand", `${name} was handed to ${by} while ${piece.by} has it.`];
  if (place === "flight" && (untilMs === null || untilMs > atMs)) {
    const until = untilMs === null ? "for good" : `until ${seconds(untilMs)}`;
    return ["one hand", `${name} was handed to ${by} while it is ${piece.by}'s ${until}.`];
  }
  if (!delivery || delivery.count === count + 1) return null;
  const before = count === 0 ? "nobody has had it before" : `the one before was delivery ${count}`;
  return ["count", `${name} came as delivery ${delivery.count}, and ${before}.`];
}

function judgedFinished({ by }: LabEvent & { kind: "finished" }, piece: Piece): Breach | null {
  return piece.finished === 0 ? null : ["done once", `${named(piece)} was done, and is done again by ${by}.`];
}

/** A difference that counts once it has lasted. */
class Disagreement {
  #sinceMs: number | null = null;
  #least = 0;

  /** How large it has been at least for long enough; mostly 0. */
  lasting(difference: number, nowMs: number): number {
    if (difference <= 0) {
      this.#sinceMs = null;
      return 0;
    }
    this.#least = this.#sinceMs === null ? difference : Math.min(this.#least, difference);
    this.#sinceMs ??= nowMs;
    return nowMs - this.#sinceMs < PATIENCE_MS ? 0 : this.#least;
  }
}

function named({ label }: Piece): string {
  // What is an id keeps its letters.
  return /^[a-z]+ /.test(label) ? label.slice(0, 1).toUpperCase() + label.slice(1) : label;
}
