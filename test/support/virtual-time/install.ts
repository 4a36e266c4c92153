// Puts the virtual clock in the place of every way that Node offers to wait or to read the time:
// what `portable.ts` replaces, and `node:timers`, `node:timers/promises`, `process.hrtime`,
// `process.uptime`. Named imports of learner code follow, because `syncBuiltinESMExports` refreshes them.

import { createRequire, syncBuiltinESMExports } from "node:module";
import { VirtualClock } from "./clock.ts";
import { installPortableTime, virtualHrtime } from "./portable.ts";

type Loose = Record<PropertyKey, unknown>;

const require = createRequire(import.meta.url);

/** The one virtual clock of this process. */
export const clock: VirtualClock = new VirtualClock();

/** Replaces time for this process, for good. Must run before learner code is loaded. */
function install(): void {
  const { functions, promises } = installPortableTime(clock);
  Object.assign(require("node:timers") as Loose, functions);
  const builtinPromises = require("node:timers/promises") as Loose;
  Object.assign(builtinPromises.scheduler as Loose, promises.scheduler);
  const { scheduler: _kept, ...replaced } = promises;
  Object.assign(builtinPromises, replaced);
  Object.assign(process, { hrtime: virtualHrtime(clock), uptime: () => clock.nowMs / 1000 });
  syncBuiltinESMExports();
}

install();
