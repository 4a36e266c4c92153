// The board of a lab: where every item is, event by event. The picture, the measures and the look for
// broken promises are made from it. An item is in one place at a time:
//
//   made ──offered──▶ outside ──queued──▶ slots ──taken──▶ hand (it is out of the queue) ──▶ finished
//                        │                  ▲                ├ its work failed ──▶ failed
//                        └──▶ refused       │                └ its consumer crashed ──▶ lost
//                                          back ◀── flight (lent: the queue has it still) ──▶ finished, dead
//
// Real code comes as it likes: an event that does not fit moves its item all the same, and who wants
// to know that it did not fit looks before it is applied.

import type { ItemNumber, LabEvent } from "./events.ts";

export type Place =
  | "made"
  | "outside"
  | "slots"
  | "flight"
  | "hand"
  | "finished"
  | "failed"
  | "refused"
  | "dead"
  | "lost";

export interface Piece {
  readonly item: ItemNumber;
  readonly label: string;
  readonly madeBy: string;
  place: Place;
  /** The lower, the nearer to the front of the slots. */
  rank: number;
  /** Deliveries so far. */
  count: number;
  /** Whose hand it is in, or to whom it is lent. Of the place "hand" and "flight" only. */
  by: string | null;
  /** Of the place "flight": when it was lent for how long; `null`: for ever. */
  untilMs: number | null;
  ofMs: number | null;
  /** How often a consumer was done with it. */
  finished: number;
  /** Since when it has waited: offered, queued or come back. */
  waitsSinceMs: number;
  /** It was taken before its producer was told that it is in: that news is old when it comes. */
  isAheadOfItsNews: boolean;
}

export interface ConsumerAtWork {
  readonly name: string;
  isAsking: boolean;
  isCrashed: boolean;
  finished: number;
  readonly holds: { readonly piece: Piece; readonly sinceMs: number; readonly delivery: number }[];
}

export class Board {
  readonly pieces = new Map<ItemNumber, Piece>();
  readonly producers = new Set<string>();
  readonly consumers = new Map<string, ConsumerAtWork>();
  /** The places that have an order. */
  readonly outside: Piece[] = [];
  readonly slots: Piece[] = [];
  readonly flights: Piece[] = [];
  readonly dead: Piece[] = [];
  readonly failed: Piece[] = [];
  readonly lost: Piece[] = [];
  /** Made and not offered. */
  readonly made: Piece[] = [];
  readonly refused: { readonly piece: Piece; readonly why: string }[] = [];
  readonly counts = { made: 0, finished: 0, finishedTwice: 0, refused: 0, dead: 0, redelivered: 0 };
  says: { readonly waiting: number; readonly inFlight?: number } | null = null;
  caption: { readonly text: string; readonly atMs: number } | null = null;
  readonly broken: { readonly text: string; readonly atMs: number }[] = [];
  /** Items that come back in one go stand in the order in which they are named: here goes the next. */
  #nextBack = 0;

  constructor(producers: readonly string[], consumers: readonly string[]) {
    for (const name of producers) this.producers.add(name);
    for (const name of consumers) this.consumer(name);
  }

  /** The consumer of that name: one that was not in the cast joins it. */
  consumer(name: string): ConsumerAtWork {
    const known = this.consumers.get(name);
    if (known) return known;
    const joined = { name, isAsking: false, isCrashed: false, finished: 0, holds: [] };
    this.consumers.set(name, joined);
    return joined;
  }

  piece(item: ItemNumber): Piece {
    return this.pieces.get(item) ?? this.#make(item, `item ${item}`, "", 0);
  }

  apply(event: LabEvent): void {
    const { atMs } = event;
    if (event.kind !== "back") this.#nextBack = 0;
    switch (event.kind) {
      case "made":
        this.#make(event.item, event.label, event.by, atMs);
        this.producers.add(event.by);
        break;
      case "offered": {
        const piece = this.piece(event.item);
        this.#move(piece, "outside");
        piece.waitsSinceMs = atMs;
        break;
      }
      case "queued":
        this.#queue(this.piece(event.item), event.rank ?? 0, atMs);
        break;
      case "refused": {
        const piece = this.piece(event.item);
        this.#move(piece, "refused");
        this.refused.push({ piece, why: event.why });
        this.counts.refused += 1;
        break;
      }
      case "asks":
        this.consumer(event.by).isAsking = true;
        break;
      case "nothing":
        this.consumer(event.by).isAsking = false;
        break;
      case "taken":
        this.#take(event);
        break;
      case "extended": {
        const piece = this.piece(event.item);
        if (piece.place !== "flight") break;
        piece.untilMs = event.untilMs;
        piece.ofMs = event.untilMs - atMs;
        break;
      }
      case "finished": {
        const piece = this.piece(event.item);
        this.#letGo(event.by, piece);
        this.consumer(event.by).finished += 1;
        piece.finished += 1;
        if (piece.finished === 1) this.counts.finished += 1;
        if (piece.finished === 2) this.counts.finishedTwice += 1;
        this.#move(piece, "finished");
        break;
      }
      case "failed": {
        const piece = this.piece(event.item);
        this.#letGo(event.by, piece);
        piece.isAheadOfItsNews = false;
        // Lent, it is in flight until its time is over. Not lent, it has no way back.
        if (piece.place === "hand" && piece.by === event.by) this.#move(piece, "failed");
        break;
      }
      case "crashed":
        this.#crash(event.by);
        break;
      case "restarted":
        this.consumer(event.by).isCrashed = false;
        break;
      case "back": {
        const piece = this.piece(event.item);
        this.#move(piece, "slots", this.#nextBack);
        piece.waitsSinceMs = atMs;
        this.#nextBack += 1;
        break;
      }
      case "dead":
        if (this.piece(event.item).place === "dead") break;
        this.#move(this.piece(event.item), "dead");
        this.counts.dead += 1;
        break;
      case "counts":
        this.says = { waiting: event.waiting, ...(event.inFlight === undefined ? {} : { inFlight: event.inFlight }) };
        break;
      case "broken":
        this.broken.push({ text: event.text, atMs });
        break;
      case "says":
        this.caption = { text: event.text, atMs };
        break;
    }
  }

  #make(item: ItemNumber, label: string, madeBy: string, atMs: number): Piece {
    const piece: Piece = {
      item,
      label,
      madeBy,
      place: "made",
      rank: 0,
      count: 0,
      by: null,
      untilMs: null,
      ofMs: null,
      finished: 0,
      waitsSinceMs: atMs,
      isAheadOfItsNews: false,
    };
    this.pieces.set(item, piece);
    this.made.push(piece);
    this.counts.made += 1;
    return piece;
  }

  #queue(piece: Piece, rank: number, atMs: number): void {
    piece.rank = rank;
    if (piece.isAheadOfItsNews) {
      piece.isAheadOfItsNews = false;
      return;
    }
    const others = this.slots.filter((other) => other !== piece);
    const behindIt = others.findIndex((other) => other.rank > rank);
    this.#move(piece, "slots", behindIt < 0 ? undefined : behindIt);
    piece.waitsSinceMs = atMs;
  }

  #take(event: LabEvent & { kind: "taken" }): void {
    const piece = this.piece(event.item);
    const { atMs, by, delivery } = event;
    if (piece.place === "made" || piece.place === "outside") piece.isAheadOfItsNews = true;
    this.#move(piece, delivery ? "flight" : "hand");
    piece.by = by;
    piece.untilMs = delivery?.untilMs ?? null;
    piece.ofMs = delivery && delivery.untilMs !== null ? delivery.untilMs - atMs : null;
    piece.count = delivery?.count ?? piece.count + 1;
    if (piece.count > 1) this.counts.redelivered += 1;
    const consumer = this.consumer(by);
    consumer.isAsking = false;
    consumer.holds.push({ piece, sinceMs: atMs, delivery: piece.count });
  }

  #crash(by: string): void {
    for (const piece of [...this.made]) if (piece.madeBy === by) this.#move(piece, "lost");
    if (this.producers.has(by)) return;
    const consumer = this.consumer(by);
    consumer.isCrashed = true;
    consumer.isAsking = false;
    for (const { piece } of consumer.holds.splice(0)) {
      if (piece.place === "hand" && piece.by === by) this.#move(piece, "lost");
    }
  }

  #letGo(by: string, piece: Piece): void {
    const { holds } = this.consumer(by);
    const held = holds.findIndex((hold) => hold.piece === piece);
    if (held >= 0) holds.splice(held, 1);
  }

  #move(piece: Piece, to: Place, at?: number): void {
    const from = this.#orderOf(piece.place);
    const index = from?.indexOf(piece) ?? -1;
    if (index >= 0) from?.splice(index, 1);
    piece.place = to;
    if (to !== "flight" && to !== "hand") piece.by = null;
    const line = this.#orderOf(to);
    if (at === undefined) line?.push(piece);
    else line?.splice(at, 0, piece);
  }

  #orderOf(place: Place): Piece[] | undefined {
    if (place === "made") return this.made;
    if (place === "outside") return this.outside;
    if (place === "slots") return this.slots;
    if (place === "flight") return this.flights;
    if (place === "dead") return this.dead;
    if (place === "failed") return this.failed;
    return place === "lost" ? this.lost : undefined;
  }
}
