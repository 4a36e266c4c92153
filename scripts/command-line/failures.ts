// How a command ends: its exit statuses, and the one sentence that goes with a bad end.

/** Exit statuses of every command. */
export const EXIT = {
  /** For `check`: every task that is not stretch has passed. */
  fine: 0,
  /** For `check`: not passed. */
  notPassed: 1,
  /** The command was called wrongly: an unknown lesson, no such folder. */
  usage: 2,
  /** The workbook itself failed. */
  workbook: 3,
} as const;

/** The command was called wrongly. The message says what was expected, what was got, and what to do. */
export class UsageError extends Error {
  override readonly name = "UsageError";
}
