// npm run hint 04.2: the next hint for that task, one at a time, from nudge to nearly told.

import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { takeNextHint } from "../learner/next-hint.ts";
import { hintScreen } from "../presenting/hint-screen.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { positionals } = readArguments(args, {});
    const { lesson, task: named } = oneTarget(positionals, "hint");
    const { task, number } = takeNextHint(lesson, named, tell);
    print(hintScreen(task, number, terminal));
    return EXIT.fine;
  });
}
