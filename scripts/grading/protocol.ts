// What the grader and the guarded process say to each other, a line of JSON each. The process hears
// of its job on standard input, and answers on a pipe of its own, each line led by the job's secret
// word: learner code, which shares the process, does not know it.

import type { Moment, ScheduleTable } from "../../test/support/failure.ts";
import type { Announced } from "../../test/support/schedules/replay.ts";

export const RESULTS_FD = 3;
export const WATCH_FD = 4;

export interface Job {
  /** Leads every line of the answer. */
  secret: string;
  /** The compiled files of the learner, by their name in the lesson: "01-batch-receive/in-memory-queue.ts". */
  files: Record<string, string>;
  /** The tasks to grade, or null for all. */
  tasks: string[] | null;
  /** The code of one schedule, to be run again alone; null: all checks are made. */
  replay: string | null;
}

/** What is known of an error: enough to tell it, and to find the learner's line. */
export interface ToldError {
  message: string;
  isNotWritten: boolean;
  misconception?: string | undefined;
  about?: string | undefined;
  /** Stack of the learner's own error, where one is the cause. */
  stack: string;
}

/** A place in a compiled file. */
export interface Place {
  url: string;
  line: number;
  column: number;
  in?: string | undefined;
}

export type Message =
  | { kind: "collected"; checks: { task: string; name: string; schedules?: Announced | undefined }[] }
  | { kind: "suite-broken"; message: string }
  | { kind: "loading" }
  | { kind: "load-failed"; file: string; error: ToldError; neverEnds: boolean }
  | { kind: "begun"; check: number }
  | {
      kind: "done";
      check: number;
      passed: boolean;
      errors: ToldError[];
      timeline: Moment[];
      schedule?: ScheduleTable | undefined;
    }
  | { kind: "printed"; text: string }
  | { kind: "flooded"; megabytes: number }
  | { kind: "exits"; how: string; stack: string }
  | { kind: "ended" };

/** What the watcher, a thread of the guarded process, says. */
export type WatchMessage =
  | { kind: "alive" }
  | { kind: "blocked"; busy: boolean; megabytes: number; places: Place[] }
  | { kind: "endless"; places: Place[] }
  | { kind: "idle"; places: Place[] }
  | { kind: "memory"; megabytes: number; places: Place[] };
