// The picture of a lab at one moment: where everything is. Made of the recording alone, so that it can
// be wound forward and back.

import { Board, type ConsumerAtWork, type Piece } from "./board.ts";
import type { ItemNumber, Recording } from "./events.ts";

export interface Picture {
  readonly atMs: number;
  readonly producers: readonly ProducerView[];
  /** Offered, and not in the queue yet, in order: the waiting producers' items, or requests at the HTTP door. */
  readonly outside: readonly ItemView[];
  /** In the queue and nobody's, the next one first. */
  readonly slots: readonly ItemView[];
  readonly capacity: number | null;
  /** Lent: in flight until they are acked or taken back, in the order of their deliveries. */
  readonly tray: readonly FlightView[];
  readonly consumers: readonly ConsumerView[];
  readonly dead: readonly ItemView[];
  /** Items whose work has failed, and which nobody does again. */
  readonly failed: readonly ItemView[];
  /** The last ones turned away, newest first, and why. */
  readonly refused: readonly { readonly item: ItemView; readonly why: string }[];
  /** Items of which nobody knows: they went down with their consumer. */
  readonly lost: readonly ItemView[];
  readonly counts: {
    readonly made: number;
    readonly finished: number;
    readonly finishedTwice: number;
    readonly refused: number;
    readonly dead: number;
    readonly failed: number;
    readonly lost: number;
    readonly redelivered: number;
  };
  /** What the queue says of itself; `null` where nobody asked. It may disagree with the picture. */
  readonly says: { readonly waiting: number; readonly inFlight?: number } | null;
  /** The last caption, and when it came. */
  readonly caption: { readonly text: string; readonly atMs: number } | null;
  /** Promises that were seen to be broken so far, oldest first. */
  readonly broken: readonly { readonly text: string; readonly atMs: number }[];
}

export interface ItemView {
  readonly item: ItemNumber;
  readonly label: string;
  /** Deliveries so far. */
  readonly count: number;
  readonly madeBy: string;
}

export interface ProducerView {
  readonly name: string;
  /** What it has in hand: made, and not offered yet, or waiting to be let in. */
  readonly holds: readonly ItemView[];
  readonly isWaiting: boolean;
}

export interface FlightView extends ItemView {
  readonly by: string;
  /** Whether that consumer has it in hand still. It may have crashed, or have let go of it. */
  readonly isHeld: boolean;
  readonly leftMs: number | null;
  readonly ofMs: number | null;
}

export interface ConsumerView {
  readonly name: string;
  readonly state: "asks" | "works" | "idle" | "crashed";
  readonly holds: readonly (ItemView & {
    /** Somebody else has received it since, or it was taken back: this one works for nothing. */
    readonly isStale: boolean;
    readonly sinceMs: number;
  })[];
  readonly finished: number;
}

/** The picture at `atMs`; what happens at that very moment has happened. */
export function pictureAt(recording: Recording, atMs: number): Picture {
  const board = boardAt(recording, atMs);
  const { made, finished, finishedTwice, refused, dead, redelivered } = board.counts;
  return {
    atMs,
    producers: [...board.producers].map((name) => producerView(board, name)),
    outside: board.outside.map(itemView),
    slots: board.slots.map(itemView),
    capacity: recording.capacity,
    tray: board.flights.map((piece) => flightView(board, piece, atMs)),
    consumers: [...board.consumers.values()].map(consumerView),
    dead: board.dead.map(itemView),
    failed: board.failed.map(itemView),
    refused: board.refused
      .slice(-MOST_REFUSED)
      .reverse()
      .map(({ piece, why }) => ({ item: itemView(piece), why })),
    lost: board.lost.map(itemView),
    counts: {
      made,
      finished,
      finishedTwice,
      refused,
      dead,
      failed: board.failed.length,
      lost: board.lost.length,
      redelivered,
    },
    says: board.says,
    caption: board.caption,
    broken: [...board.broken],
  };
}

/** How many of those that were turned away are shown. */
const MOST_REFUSED = 5;

/** Playing goes forward a few events at a time: each recording keeps the board of the last look. */
const lastLooks = new WeakMap<Recording, { board: Board; applied: number; atMs: number }>();

function boardAt(recording: Recording, atMs: number): Board {
  const last = lastLooks.get(recording);
  const isAhead = last !== undefined && last.atMs <= atMs;
  const board = isAhead ? last.board : new Board(recording.producers, recording.consumers);
  let applied = isAhead ? last.applied : 0;
  const { events } = recording;
  for (let next = events[applied]; next && next.atMs <= atMs; next = events[applied]) {
    board.apply(next);
    applied += 1;
  }
  lastLooks.set(recording, { board, applied, atMs });
  return board;
}

function itemView({ item, label, count, madeBy }: Piece): ItemView {
  return { item, label, count, madeBy };
}

function flightView(board: Board, piece: Piece, atMs: number): FlightView {
  const by = piece.by ?? "";
  const holds = board.consumers.get(by)?.holds ?? [];
  return {
    ...itemView(piece),
    by,
    isHeld: holds.some((held) => held.piece === piece && held.delivery === piece.count),
    leftMs: piece.untilMs === null ? null : Math.max(0, piece.untilMs - atMs),
    ofMs: piece.ofMs,
  };
}

function producerView(board: Board, name: string): ProducerView {
  const isOf = (piece: Piece) => piece.madeBy === name;
  const atTheDoor = board.outside.filter(isOf);
  return {
    name,
    holds: [...atTheDoor, ...board.made.filter(isOf)].map(itemView),
    isWaiting: atTheDoor.length > 0,
  };
}

function consumerView({ name, isAsking, isCrashed, finished, holds }: ConsumerAtWork): ConsumerView {
  const state = isCrashed ? "crashed" : holds.length > 0 ? "works" : isAsking ? "asks" : "idle";
  return {
    name,
    state,
    holds: holds.map(({ piece, sinceMs, delivery }) => ({
      ...itemView(piece),
      count: delivery,
      isStale: piece.by !== name || piece.count !== delivery,
      sinceMs,
    })),
    finished,
  };
}
