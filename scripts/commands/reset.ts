// npm run reset 04: the starter again; what was there is kept aside, and where is said.

import path from "node:path";
import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { print, withClearEnds } from "../command-line/output.ts";
import { workbookFolder } from "../compiling/compiled.mjs";
import { resetLesson } from "../learner/starter.ts";
import { resetScreen } from "../presenting/reset-screen.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { positionals } = readArguments(args, {});
    const { lesson } = oneTarget(positionals, "reset");
    const { savedIn, restored } = resetLesson(lesson);
    print(resetScreen(lesson, savedIn === null ? null : path.relative(workbookFolder, savedIn), restored));
    return EXIT.fine;
  });
}
