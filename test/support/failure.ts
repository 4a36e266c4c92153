// How a check fails: one sentence in the learner's terms, and what goes with it.

/** What happened at one instant of a check, as the learner is shown it. */
export interface Moment {
  /** Virtual milliseconds since the check began. */
  readonly atMs: number;
  /** Who did it: a call, a handler, the test. */
  readonly lane: string;
  readonly what: string;
  /** In a schedule, the step that it belongs to: 1 is the first. */
  readonly step?: number;
}

/** A schedule that was run, as a table: a row a step, a lane a call, the state beside. Steps count from 1. */
export interface ScheduleTable {
  /** Runs it again, alone: `npm run check 03.4 -- --replay CODE`. */
  readonly code: string;
  /** What it was run on: "an AsyncQueue with maxSize 1". */
  readonly on: string;
  readonly rows: readonly {
    readonly step: number;
    readonly atMs: number;
    /** The call as a learner would write it. */
    readonly does: string;
    /** Made in the same turn of the event loop as the step before. */
    readonly sameTurn: boolean;
    /** What was seen when all had come to rest; null where the next step came in the same turn. */
    readonly shows: string | null;
  }[];
  readonly lanes: readonly {
    /** "get #1" */
    readonly name: string;
    /** The step that made the call. */
    readonly from: number;
    /** The step after which it ended; null: it waits still. */
    readonly to: number | null;
    readonly outcome: string | null;
  }[];
  /** The step after which it went wrong; null: it did not. */
  readonly broke: number | null;
  /** What was seen at that step, and what is allowed, in words. */
  readonly seen: string;
  readonly allowed: readonly string[];
}

export interface FailureDetails {
  /** The id of the misconception that this failure is the mark of: the name of a file in `wrong/`. */
  readonly misconception?: string | undefined;
  /** The name of the function or method that the check is about; its line is shown where no better one is known. */
  readonly about?: string | undefined;
  /** What the learner's code threw, if that is the reason. */
  readonly cause?: unknown;
}

/** Thrown by a check that the learner's code does not pass. */
export class CheckFailure extends Error {
  override readonly name = "CheckFailure";
  readonly misconception: string | undefined;
  readonly about: string | undefined;

  constructor(sentence: string, details: FailureDetails = {}) {
    super(sentence, details.cause === undefined ? undefined : { cause: details.cause });
    this.misconception = details.misconception;
    this.about = details.about;
  }
}

const NOT_WRITTEN = "Not written yet";

/** Whether `error` is a starter's own mark for a part that the learner has yet to write. */
export function isNotWritten(error: unknown): error is Error {
  const message = (error as { message?: unknown } | null | undefined)?.message;
  return typeof message === "string" && message.startsWith(NOT_WRITTEN);
}
