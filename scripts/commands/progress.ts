// npm run progress: where you are.

import { EXIT } from "../command-line/failures.ts";
import { readArguments } from "../command-line/options.ts";
import { print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { readProgress } from "../learner/state.ts";
import { progressScreen } from "../presenting/progress-screen.ts";
import { progressView } from "../presenting/views.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    readArguments(args, {});
    print(progressScreen(progressView(readProgress(tell)), terminal));
    return EXIT.fine;
  });
}
