// npm run play 04: runs the lesson's small program on your code, in real time.

import { spawn } from "node:child_process";
import { EXIT, UsageError } from "../command-line/failures.ts";
import { oneTarget, readArguments, subjectOf } from "../command-line/options.ts";
import { withClearEnds } from "../command-line/output.ts";
import { DoesNotLoad } from "../compiling/learner.ts";
import { compileProgram } from "../compiling/program.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, { solution: { type: "boolean" }, dir: { type: "string" } });
    const { lesson } = oneTarget(positionals, "play");
    const subject = subjectOf(values, [lesson]);
    try {
      const program = await compileProgram(subject, lesson);
      try {
        return await play(program.file);
      } finally {
        program.remove();
      }
    } catch (error) {
      if (error instanceof DoesNotLoad) throw new UsageError(error.message);
      throw error;
    }
  });
}

/** The program has the terminal to itself; Ctrl+C reaches it, and ends this command with it. */
function play(file: string): Promise<number> {
  const ignore = () => {};
  process.on("SIGINT", ignore);
  const child = spawn(process.execPath, ["--enable-source-maps", "--no-warnings", file], { stdio: "inherit" });
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.off("SIGINT", ignore);
      resolve(code === null || code !== 0 ? EXIT.notPassed : EXIT.fine);
    });
  });
}
