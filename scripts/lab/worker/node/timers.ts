// `node:timers` in the worker: on the virtual clock.

import { virtual } from "../virtual-time.ts";
import * as promises from "./timers-promises.ts";

export const { setTimeout, setInterval, setImmediate, clearTimeout, clearInterval, clearImmediate } = virtual.functions;
export { promises };
export default { ...virtual.functions, promises };
