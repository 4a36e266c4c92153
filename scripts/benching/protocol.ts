// What the measuring process tells the command, in the order in which it happens.

import type { Unit } from "../../test/support/bench.ts";

export type Told =
  /** Asked for nothing but that: what there is to measure. */
  | { kind: "described"; benches: BenchDescription[]; peers: string[] }
  /** A round is being set up: its time is not taken. */
  | { kind: "setting up"; items: number }
  /** A round's work begins, and its time is taken. */
  | { kind: "working"; items: number }
  /** What one unit of the work costs at this size. */
  | { kind: "measured"; items: number; costNs: number }
  /** The measured code threw. */
  | { kind: "threw"; message: string }
  | { kind: "finished" };

export interface BenchDescription {
  title: string;
  per: string;
  sizes?: readonly number[] | undefined;
  unit?: Unit | undefined;
  contenders: string[];
}
