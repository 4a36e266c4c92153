// Where commands write: screens to standard output, everything beside them to standard error.

import { GraderFailure } from "../grading/judge.ts";
import { type Terminal, terminalOf } from "../presenting/terminal.ts";
import { EXIT, UsageError } from "./failures.ts";

export const terminal: Terminal = terminalOf(process.stdout);

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

/** Said beside the screen: a warning, a progress, never a verdict. */
export function tell(sentence: string): void {
  process.stderr.write(`${sentence}\n`);
}

/** Runs a command; turns its failures into one clear sentence and the right exit status. */
export async function withClearEnds(command: () => Promise<number>): Promise<number> {
  try {
    return await command();
  } catch (error) {
    if (error instanceof UsageError) {
      tell(error.message);
      return EXIT.usage;
    }
    const why =
      error instanceof GraderFailure
        ? error.message
        : error instanceof Error
          ? (error.stack ?? error.message)
          : String(error);
    tell(`The workbook itself failed, not your code: ${why}`);
    return EXIT.workbook;
  }
}

/** A line that shows that long work lives, on terminals only; `done` wipes it away. */
export function liveLine(): { show(text: string): void; done(): void } {
  const isLive = process.stderr.isTTY === true && process.stdout.isTTY === true;
  const write = (text: string) => {
    if (isLive) process.stderr.write(`\r\u001B[2K${text}`);
  };
  return { show: write, done: () => write("") };
}
