// npm run bench: how long a learner waits for a verdict, beside plain Vitest, in one run. Figures and
// ratios of this machine at this moment; nothing is judged by them.

import { coldStarts } from "../authoring/bench-cold.ts";
import { saveToVerdict } from "../authoring/bench-watch.ts";
import { EXIT } from "../command-line/failures.ts";
import { readArguments } from "../command-line/options.ts";
import { print, tell, withClearEnds } from "../command-line/output.ts";
import { benchScreen } from "../presenting/bench-screen.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values } = readArguments(args, { runs: { type: "string", default: "9" } });
    const runs = Math.max(3, Number(values.runs) || 9);
    tell(`${runs} runs of each, in turn. This takes about ${runs * 6} seconds.`);
    const cold = coldStarts(runs);
    const warm = await saveToVerdict(runs);
    print(benchScreen(cold, warm));
    return EXIT.fine;
  });
}
