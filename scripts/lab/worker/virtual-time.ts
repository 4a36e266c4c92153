// Virtual time in the worker: everything that is loaded after this module lives by `clock`.

import "./turns.ts";
import { VirtualClock } from "../../../test/support/virtual-time/clock.ts";
import { installPortableTime } from "../../../test/support/virtual-time/portable.ts";

/** A turn of a browser costs ten times as much as one of Node's: one that brings nothing is enough here. */
const QUIET_TURNS = 1;

/** The one virtual clock of this worker. */
export const clock: VirtualClock = new VirtualClock(QUIET_TURNS);

/** What `node:timers` and `node:timers/promises` are here. */
export const virtual: ReturnType<typeof installPortableTime> = installPortableTime(clock);
