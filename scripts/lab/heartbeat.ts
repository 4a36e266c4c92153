// What a run tells while it goes on: the page shows from it how far it came, and why it never came back.

import type { LabEvent } from "./events.ts";

export interface Heartbeat {
  /** Milliseconds of the lab. */
  readonly atMs: number;
  /** What has happened, and what was printed, since the heartbeat before. */
  readonly events: readonly LabEvent[];
  readonly printed: readonly { readonly atMs: number; readonly text: string }[];
  /** Told once it is known. */
  readonly cast?: Cast;
  /** The last call into the learner's code that has not come back, as `stage.calls` was told of it. */
  readonly calling: Calling | null;
}

export interface Cast {
  readonly producers: readonly string[];
  readonly consumers: readonly string[];
  readonly capacity: number | null;
}

export interface Calling {
  /** "Bob: receive()" */
  readonly what: string;
  readonly atMs: number;
}
