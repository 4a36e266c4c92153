// The process that learner code runs in. Order is everything here: the tools are taken, time is made
// virtual and the suite is collected before a line of the learner's is loaded.

import "./real-time.ts";
import { tell } from "./channel.ts";
import { exitForReal } from "./refusals.ts";
import { runSuites, type SuiteLoader } from "./runner.ts";

/** The whole life of a guarded process. `suites` loads each file of the lesson's suite, by its path. */
export async function runGuarded(suites: Record<string, SuiteLoader>, watcherFile: URL): Promise<void> {
  try {
    await runSuites(suites, watcherFile);
  } catch (error) {
    tell({ kind: "suite-broken", message: error instanceof Error ? (error.stack ?? error.message) : String(error) });
  }
  exitForReal(0);
}
