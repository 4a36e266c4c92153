// `node:timers/promises` in the worker: on the virtual clock.

import { virtual } from "../virtual-time.ts";

export const { setTimeout, setInterval, setImmediate, scheduler } = virtual.promises;
export default { setTimeout, setInterval, setImmediate, scheduler };
