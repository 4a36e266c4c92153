// How a check fails: one sentence in the learner's terms, and what goes with it.

/** What happened at one instant of a check, as the learner is shown it. */
export interface Moment {
  /** Virtual milliseconds since the check began. */
  readonly atMs: number;
  /** Who did it: a call, a handler, the test. */
  readonly lane: string;
  readonly what: string;
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
