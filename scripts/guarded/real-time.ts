// Imported before everything else: what of real time the guarded process itself needs, taken before
// the virtual clock replaces it.

import { setSafeTimers } from "@vitest/utils/timers";

// The runner's own timeouts.
setSafeTimers();

export const realSetInterval: typeof setInterval = globalThis.setInterval;
