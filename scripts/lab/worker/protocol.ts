// What the page and the worker of a run say to each other.

import type { Heartbeat } from "../heartbeat.ts";
import type { Settings } from "../lab.ts";
import type { Problem } from "../problem.ts";

/** The page's only message: run this. */
export interface Job {
  /** Where the lab is served: "/test/…/lab/lab.ts". */
  readonly lab: string;
  /** Whose files it runs on, as they are served: "/exercises/" or "/solutions/". */
  readonly files: string;
  readonly settings: Settings;
  readonly seed: number;
}

/** What the worker tells, in this order: loaded, heartbeats, ended. The recording is made of them. */
export type Told =
  | { readonly kind: "loaded" }
  /** Nothing new, but the event loop turns. */
  | { readonly kind: "alive" }
  | { readonly kind: "heartbeat"; readonly heartbeat: Heartbeat }
  | { readonly kind: "ended"; readonly durationMs: number; readonly problem: Problem | null };
