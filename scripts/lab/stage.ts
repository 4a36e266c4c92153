// What the scene of a lab is played on: the time, the dice, the knobs, and somebody who writes down
// what happens.

import type { LabEvent } from "./events.ts";
import type { Settings } from "./lab.ts";

/** An event without its time: the stage knows what time it is. */
export type Happening = LabEvent extends infer Event ? (Event extends LabEvent ? Omit<Event, "atMs"> : never) : never;

export interface Stage {
  readonly knobs: Settings;
  /** Milliseconds since the run began. */
  readonly nowMs: number;
  /** Aborts when the run is over. */
  readonly signal: AbortSignal;
  /** A number from 0 up to 1, from the run's seed. Each name has a sequence of its own, so that one more
   * producer does not change the luck of the others. */
  random(name: string): number;
  /** Lets time of the lab pass. Never rejects; never resolves once the run is over. */
  wait(ms: number): Promise<void>;
  /** Who stands in the picture, in order. Called once, before the first event. */
  cast(cast: { producers: readonly string[]; consumers: readonly string[]; capacity: number | null }): void;
  /** Writes down what happens now. */
  note(happening: Happening): void;
  /** Writes down what is about to be called, and by whom, "Bob: receive()": it is named if it never returns.
   * Returns what `call` returns. */
  calls<T>(what: string, call: () => T): T;
  /** Real work that no clock sees, the body of a request for one: time of the lab stands still until it
   * has settled, 50 ms of real time at most. */
  offstage<T>(work: Promise<T>): Promise<T>;
  /** Asks again and again, whenever all has come to rest, for the numbers that the queue says of itself. */
  counts(read: () => { waiting: number; inFlight?: number }): void;
}
