// Puts the virtual clock in the place of every way that Node offers to wait or to read the time:
// globals, `node:timers`, `node:timers/promises`, `util.promisify`, `AbortSignal.timeout`, `Date`,
// `performance`, `process.hrtime`, `process.uptime`. Named imports of learner code follow, because
// `syncBuiltinESMExports` refreshes them. `nextTick` and `queueMicrotask` stay real.

import { createRequire, syncBuiltinESMExports } from "node:module";
import type { MarkOptions, MeasureOptions } from "node:perf_hooks";
import { promisify } from "node:util";
import { VirtualClock } from "./clock.ts";
import type { Callback } from "./timers.ts";
import { virtualTimersPromises } from "./timers-promises.ts";

type Loose = Record<PropertyKey, unknown>;

const require = createRequire(import.meta.url);

/** The one virtual clock of this process. */
export const clock: VirtualClock = new VirtualClock();

/** Replaces time for this process, for good. Must run before learner code is loaded. */
function install(): void {
  const promises = virtualTimersPromises(clock);
  const { timers } = clock;
  const functions = {
    setTimeout: (callback: Callback, ms?: number, ...args: unknown[]) => timers.create(callback, ms, args, false),
    setInterval: (callback: Callback, ms?: number, ...args: unknown[]) => timers.create(callback, ms, args, true),
    setImmediate: (callback: Callback, ...args: unknown[]) => clock.setImmediate(callback, args),
    clearTimeout: (handle: unknown) => timers.clear(handle),
    clearInterval: (handle: unknown) => timers.clear(handle),
    clearImmediate: (handle: unknown) => clock.clearImmediate(handle),
  };
  Object.assign(functions.setTimeout, { [promisify.custom]: promises.setTimeout });
  Object.assign(functions.setImmediate, { [promisify.custom]: promises.setImmediate });

  Object.assign(globalThis, functions);
  Object.assign(require("node:timers") as Loose, functions);
  const builtinPromises = require("node:timers/promises") as Loose;
  Object.assign(builtinPromises.scheduler as Loose, promises.scheduler);
  const { scheduler: _kept, ...replaced } = promises;
  Object.assign(builtinPromises, replaced);

  Object.assign(AbortSignal, { timeout: promises.abortSignalTimeout });
  installDate();
  installPerformance();
  installProcessTime();
  syncBuiltinESMExports();
}

function installDate(): void {
  const RealDate = Date;
  const now = () => clock.dateMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.dateMs] : args, newTarget) as Date,
    apply: () => new RealDate(clock.dateMs).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
}

function installPerformance(): void {
  const real = { mark: performance.mark.bind(performance), measure: performance.measure.bind(performance) };
  const now = () => clock.nowMs;
  const mark = (name: string, options?: MarkOptions) =>
    real.mark(name, { ...options, startTime: options?.startTime ?? now() });
  const measure = (name: string, start?: string | MeasureOptions, end?: string) => {
    if (typeof start === "object") {
      const open = start.end === undefined && start.duration === undefined;
      return real.measure(name, open ? { ...start, end: now() } : start);
    }
    return real.measure(name, { start: start ?? 0, end: end ?? now() });
  };
  for (const [key, value] of Object.entries({ now, mark, measure })) {
    Object.defineProperty(performance, key, { value, configurable: true, writable: true });
  }
}

function installProcessTime(): void {
  const hrtime = (since?: [number, number]): [number, number] => {
    const [seconds, nanoseconds] = since ?? [0, 0];
    const total = Math.round(clock.nowMs * 1e6) - seconds * 1e9 - nanoseconds;
    return [Math.floor(total / 1e9), ((total % 1e9) + 1e9) % 1e9];
  };
  hrtime.bigint = () => BigInt(Math.round(clock.nowMs * 1e6));
  Object.assign(process, { hrtime, uptime: () => clock.nowMs / 1000 });
}

install();
