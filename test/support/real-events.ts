// Events that no virtual clock sees: those of sockets. A check that needs a real server waits for
// them here. Nothing is judged by how long they take; only what never comes fails.

import { CheckFailure, type FailureDetails } from "./failure.ts";
import { pass } from "./stage.ts";
import { realPause } from "./virtual-time/clock.ts";

/** Pauses of a millisecond, counted: a machine that is busy makes them longer, and so the whole wait. */
const MOST_PAUSES = 400;

/**
 * Waits until `isTrue`, in real time. Virtual time goes along, a millisecond a pause: adapters of servers
 * wait for timers of their own.
 *
 * @param what Names it in the failure: "the answer to GET /health".
 */
export async function happensForReal(what: string, isTrue: () => boolean, details: FailureDetails = {}): Promise<void> {
  if (await isTrueForReal(isTrue)) return;
  throw new CheckFailure(`${what} never comes: over a real server, all is idle`, details);
}

/** Whether it comes to be true, with fewer pauses where nobody depends on it. */
export async function isTrueForReal(isTrue: () => boolean, mostPauses: number = MOST_PAUSES): Promise<boolean> {
  for (let pauses = 0; pauses < mostPauses; pauses++) {
    await pass(1);
    if (isTrue()) return true;
    await realPause(1);
  }
  return false;
}
