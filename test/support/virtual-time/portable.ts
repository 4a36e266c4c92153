// Virtual time for what Node and a browser's worker have in common: the global timers, `Date`,
// `performance`, `AbortSignal.timeout`. `nextTick` and `queueMicrotask` stay real.

import type { MarkOptions, MeasureOptions } from "node:perf_hooks";
import type { VirtualClock } from "./clock.ts";
import type { Callback } from "./timers.ts";
import { virtualTimersPromises } from "./timers-promises.ts";

/** Where `util.promisify` looks for a function's own promise form. */
const PROMISIFY_CUSTOM = Symbol.for("nodejs.util.promisify.custom");

/** Replaces what this realm's globals know of time by `clock`, for good. Returns what was put there. */
export function installPortableTime(clock: VirtualClock) {
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
  Object.assign(functions.setTimeout, { [PROMISIFY_CUSTOM]: promises.setTimeout });
  Object.assign(functions.setImmediate, { [PROMISIFY_CUSTOM]: promises.setImmediate });

  Object.assign(globalThis, functions);
  Object.assign(AbortSignal, { timeout: promises.abortSignalTimeout });
  installDate(clock);
  installPerformance(clock);
  return { functions, promises };
}

/** `process.hrtime` on `clock`. */
export function virtualHrtime(clock: VirtualClock) {
  const hrtime = (since?: [number, number]): [number, number] => {
    const [seconds, nanoseconds] = since ?? [0, 0];
    const total = Math.round(clock.nowMs * 1e6) - seconds * 1e9 - nanoseconds;
    return [Math.floor(total / 1e9), ((total % 1e9) + 1e9) % 1e9];
  };
  hrtime.bigint = () => BigInt(Math.round(clock.nowMs * 1e6));
  return hrtime;
}

function installDate(clock: VirtualClock): void {
  const RealDate = Date;
  const now = () => clock.dateMs;
  globalThis.Date = new Proxy(RealDate, {
    construct: (target, args, newTarget) =>
      Reflect.construct(target, args.length === 0 ? [clock.dateMs] : args, newTarget) as Date,
    apply: () => new RealDate(clock.dateMs).toString(),
    get: (target, key) => (key === "now" ? now : Reflect.get(target, key)),
  });
}

function installPerformance(clock: VirtualClock): void {
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
