// Waiting for what comes over sockets, which no virtual clock sees.

import { CheckFailure } from "../support/failure.ts";
import { pass, silentCall } from "../support/stage.ts";
import { realPause } from "../support/virtual-time/clock.ts";

/** Pauses of a millisecond, counted: a machine that is busy makes them longer, and so the whole wait. */
const MOST_PAUSES = 600;

/**
 * Waits for what comes over sockets until `isTrue`. Virtual time goes along, a millisecond a pause: HTTP's
 * own tools wait for timers too.
 *
 * @param look Made before each look at `isTrue`.
 */
export async function happensOverSockets(
  what: string,
  isTrue: () => boolean,
  about?: string,
  look: () => Promise<void> = async () => {},
): Promise<void> {
  for (let pauses = 0; pauses < MOST_PAUSES; pauses++) {
    await pass(1);
    await look();
    if (isTrue()) return;
    await realPause(1);
  }
  throw new CheckFailure(`${what} never comes: the connection is idle`, { about });
}

/** What `promise` resolves to, of sockets. */
export async function comesForReal<T>(what: string, promise: Promise<T>, about?: string): Promise<T> {
  const waiting = silentCall(what, () => promise);
  await happensOverSockets(what, () => waiting.isSettled, about);
  if (waiting.state === "rejected") throw waiting.reason;
  return waiting.value as T;
}
