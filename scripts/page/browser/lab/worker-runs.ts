// The page's side of a run: a fresh worker, what it tells, and its end, which may have to be made. Whatever
// the learner's code does, a run ends with a recording of what was seen.

import type { LabEvent, Recording } from "../../../lab/events.ts";
import type { Calling, Cast, Heartbeat } from "../../../lab/heartbeat.ts";
import type { Settings } from "../../../lab/lab.ts";
import { neverLoads, neverReturns, type Problem } from "../../../lab/problem.ts";
import type { Job, Told } from "../../../lab/worker/protocol.ts";

/** Real time without a heartbeat, after which the code is taken to be in an endless loop. */
const MOST_SILENCE_MS = 1_000;
/** Real time that loading may take. */
const MOST_LOADING_MS = 10_000;
/** Silence is looked at so often. A stretch in which this machine was busy elsewhere counts as no more. */
const LOOKS_EVERY_MS = 100;

export interface RunOrder {
  readonly slug: string;
  readonly subject: "yours" | "reference";
  readonly settings: Settings;
  readonly seed: number;
}

/** Records one run in a worker of its own. The signal ends it: nothing else makes it reject. */
export function recorded(order: RunOrder, { signal }: { readonly signal: AbortSignal }): Promise<Recording> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const worker = new Worker("/scripts/lab/worker/worker.ts", { type: "module" });
    const tape = new Tape();
    let isLoaded = false;
    let silentMs = 0;

    const end = (settle: () => void) => {
      clearInterval(looking);
      signal.removeEventListener("abort", abort);
      worker.terminate();
      settle();
    };
    const abort = () => end(() => reject(signal.reason));
    const stop = (problem: Problem) => end(() => resolve(tape.recording(tape.atMs, problem)));
    const looking = setInterval(() => {
      silentMs += LOOKS_EVERY_MS;
      if (isLoaded && silentMs >= MOST_SILENCE_MS) stop(neverReturns(tape.atMs, MOST_SILENCE_MS, tape.calling));
      if (!isLoaded && silentMs >= MOST_LOADING_MS) stop(neverLoads(MOST_LOADING_MS));
    }, LOOKS_EVERY_MS);

    worker.onmessage = ({ data: told }: MessageEvent<Told>) => {
      silentMs = 0;
      if (told.kind === "loaded") {
        isLoaded = true;
      } else if (told.kind === "heartbeat") {
        tape.take(told.heartbeat);
      } else if (told.kind === "ended") {
        end(() => resolve(tape.recording(told.durationMs, told.problem)));
      }
    };
    worker.onerror = (event) => {
      event.preventDefault();
      stop(neverLoads(0));
    };
    signal.addEventListener("abort", abort);
    worker.postMessage(jobOf(order));
  });
}

function jobOf({ slug, subject, settings, seed }: RunOrder): Job {
  const room = subject === "yours" ? "exercises" : "solutions";
  return { lab: `/test/${slug}/lab/lab.ts`, files: `/${room}/`, settings, seed };
}

/** What the heartbeats of a run have told so far. */
class Tape {
  readonly #events: LabEvent[] = [];
  readonly #printed: { readonly atMs: number; readonly text: string }[] = [];
  #cast: Cast = { producers: [], consumers: [], capacity: null };
  calling: Calling | null = null;
  atMs = 0;

  take({ atMs, events, printed, cast, calling }: Heartbeat): void {
    for (const event of events) this.#events.push(event);
    this.#printed.push(...printed);
    this.#cast = cast ?? this.#cast;
    this.calling = calling;
    this.atMs = atMs;
  }

  recording(durationMs: number, problem: Problem | null): Recording {
    return {
      events: this.#events,
      durationMs,
      ...this.#cast,
      problem: problem?.text ?? null,
      ...(problem ? { problemKind: problem.kind } : {}),
      printed: this.#printed,
    };
  }
}
