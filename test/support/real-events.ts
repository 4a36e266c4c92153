// Events that no virtual clock sees: those of sockets. A check that needs a real server waits for
// them here. Nothing is judged by how long they take; only what never comes fails.

import { CheckFailure, type FailureDetails } from "./failure.ts";
import { letSettle } from "./stage.ts";
import { realPause } from "./virtual-time/clock.ts";

/** Pauses of a millisecond, counted: a machine that is busy makes them longer, and so the whole wait. */
const MOST_PAUSES = 1000;

/** Waits until `isTrue`, while virtual time stands still. `what` names it in the failure: "the answer to GET /health". */
export async function happensForReal(what: string, isTrue: () => boolean, details: FailureDetails = {}): Promise<void> {
  for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
    await letSettle();
    if (isTrue()) return;
    await realPause(1);
  }
  throw new CheckFailure(`${what} never comes: the server is idle, and the connection stays open`, details);
}
