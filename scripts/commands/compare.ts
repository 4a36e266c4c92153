// npm run compare 04: your file against the reference solution, as a diff.

import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { print, terminal, withClearEnds } from "../command-line/output.ts";
import { comparedFiles } from "../learner/compared.ts";
import { compareScreen } from "../presenting/compare-screen.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { positionals } = readArguments(args, {});
    const { lesson } = oneTarget(positionals, "compare");
    print(compareScreen(comparedFiles(lesson), terminal));
    return EXIT.fine;
  });
}
