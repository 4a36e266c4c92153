// What happens in a lab, one vocabulary for all lessons. A run is recorded as a list of these, in the
// order of their times; the picture, the chart, the to-dos and Little's law are made of it and of nothing else.

/** The number of an item, from 1 up, in the order in which they were made. */
export type ItemNumber = number;

/** How the item of an event is called where it matters: "order 7". Given once, when it is made. */
export type LabEvent = { readonly atMs: number } & (
  | { readonly kind: "made"; readonly item: ItemNumber; readonly label: string; readonly by: string }
  /** A producer has called put, publish or POST with it: from now on the item stands at the door. */
  | { readonly kind: "offered"; readonly item: ItemNumber; readonly by: string }
  /** It is in the queue. One of a lower rank stands nearer to the front, one of equal rank behind those that came
   * before it. `rank`: 0 where the queue knows no ranks. */
  | { readonly kind: "queued"; readonly item: ItemNumber; readonly rank?: number }
  /** It was turned away, and does not come back: "429 Too Many Requests". */
  | { readonly kind: "refused"; readonly item: ItemNumber; readonly why: string }
  /** A consumer has called receive or get, and waits. */
  | { readonly kind: "asks"; readonly by: string }
  /** A consumer's wait has ended without an item. */
  | { readonly kind: "nothing"; readonly by: string }
  /** A consumer has it. Where the queue lends, it is in flight as well, and `delivery` says how. */
  | { readonly kind: "taken"; readonly item: ItemNumber; readonly by: string; readonly delivery?: Delivery }
  /** The timeout of a delivery ends at another moment now: a heartbeat. */
  | { readonly kind: "extended"; readonly item: ItemNumber; readonly by: string; readonly untilMs: number }
  /** Its consumer has done the work; where the queue lends, the ack was accepted as well. */
  | { readonly kind: "finished"; readonly item: ItemNumber; readonly by: string }
  /** The work has failed, or the ack was refused; the consumer has let go of it. What was not lent has failed for good. */
  | { readonly kind: "failed"; readonly item: ItemNumber; readonly by: string; readonly why: string }
  /** The consumer is gone, and with it what it had in its hands. */
  | { readonly kind: "crashed"; readonly by: string }
  | { readonly kind: "restarted"; readonly by: string }
  /** It came back from flight, or was put again, and waits in front of the others. Several in a row, with
   * nothing in between, stand in front in the order in which they are noted. */
  | { readonly kind: "back"; readonly item: ItemNumber }
  | { readonly kind: "dead"; readonly item: ItemNumber }
  /** What the queue itself says of its size, seen when all had come to rest. */
  | { readonly kind: "counts"; readonly waiting: number; readonly inFlight?: number }
  /** A promise of the queue is broken, and the lab has seen it: "order 7 was handed to two consumers". */
  | { readonly kind: "broken"; readonly text: string; readonly item?: ItemNumber }
  /** Worth a caption: "Bob crashes with order 3 in his hands". */
  | { readonly kind: "says"; readonly text: string }
);

export interface Delivery {
  /** How often it has been delivered, this time included. */
  readonly count: number;
  /** When its visibility timeout ends, in milliseconds of the lab; `null`: never. */
  readonly untilMs: number | null;
}

/** A whole run. It is made at once, in virtual time, and played back afterwards. */
export interface Recording {
  readonly events: readonly LabEvent[];
  readonly durationMs: number;
  /** The names of all producers and consumers, in the order in which they stand in the picture. */
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  /** How many slots the queue has; `null`: no limit. */
  readonly capacity: number | null;
  /** Why the run ended early, in one sentence; `null` where it did not. Then `durationMs` is where it ended. */
  readonly problem: string | null;
  /** What sort of problem it is: `todo` where a part is not written yet, which is no failure. */
  readonly problemKind?: "todo" | "failed" | "stopped";
  /** What the code printed, with the time of the lab. */
  readonly printed: readonly { readonly atMs: number; readonly text: string }[];
}
