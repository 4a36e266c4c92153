// `node:timers/promises` and `AbortSignal.timeout` on the virtual clock, with Node's own rules for
// aborting: an `AbortError` whose `cause` is the signal's reason, and no listener left behind.

import type { VirtualClock } from "./clock.ts";

interface WaitOptions {
  signal?: AbortSignal;
  ref?: boolean;
}

class AbortError extends Error {
  override readonly name = "AbortError";
  readonly code = "ABORT_ERR";

  constructor(signal: AbortSignal) {
    super("The operation was aborted", { cause: signal.reason });
  }
}

export function virtualTimersPromises(clock: VirtualClock) {
  /** A promise that `arm` resolves, unless the signal aborts first. */
  function wait<T>(arm: (done: () => void) => () => void, value: T, options?: WaitOptions): Promise<T> {
    const signal = options?.signal;
    const invalid = refusal(signal);
    if (invalid) return Promise.reject(invalid);
    if (signal?.aborted) return Promise.reject(new AbortError(signal));
    return new Promise((resolve, reject) => {
      const disarm = arm(() => {
        signal?.removeEventListener("abort", onAbort);
        resolve(value);
      });
      const onAbort = () => {
        disarm();
        reject(new AbortError(signal as AbortSignal));
      };
      signal?.addEventListener("abort", onAbort, { once: true });
    });
  }

  function setTimeout<T>(ms?: number, value?: T, options?: WaitOptions): Promise<T | undefined> {
    const arm = (done: () => void) => {
      const timer = clock.timers.create(done, ms, [], false);
      if (options?.ref === false) timer.unref();
      return () => clock.timers.disarm(timer);
    };
    return wait(arm, value, options);
  }

  function setImmediate<T>(value?: T, options?: WaitOptions): Promise<T | undefined> {
    const arm = (done: () => void) => {
      const immediate = clock.setImmediate(done, []);
      return () => clock.clearImmediate(immediate);
    };
    return wait(arm, value, options);
  }

  async function* setInterval<T>(ms?: number, value?: T, options?: WaitOptions): AsyncGenerator<T | undefined> {
    const signal = options?.signal;
    const invalid = refusal(signal);
    if (invalid) throw invalid;
    if (signal?.aborted) throw new AbortError(signal);
    let due = 0;
    let wake = () => {};
    const timer = clock.timers.create(
      () => {
        due++;
        wake();
      },
      ms,
      [],
      true,
    );
    if (options?.ref === false) timer.unref();
    const onAbort = () => {
      clock.timers.disarm(timer);
      wake();
    };
    signal?.addEventListener("abort", onAbort, { once: true });
    try {
      for (;;) {
        if (due === 0 && !signal?.aborted)
          await new Promise<void>((resolve) => {
            wake = resolve;
          });
        for (; due > 0; due--) yield value;
        if (signal?.aborted) throw new AbortError(signal);
      }
    } finally {
      clock.timers.disarm(timer);
      signal?.removeEventListener("abort", onAbort);
    }
  }

  const scheduler = {
    wait: (ms: number, options?: WaitOptions) => setTimeout(ms, undefined, options),
    yield: () => setImmediate(),
  };

  function abortSignalTimeout(ms: number): AbortSignal {
    const controller = new AbortController();
    const expire = () => controller.abort(new DOMException("The operation was aborted due to timeout", "TimeoutError"));
    clock.timers.create(expire, ms, [], false).unref();
    return controller.signal;
  }

  return { setTimeout, setImmediate, setInterval, scheduler, abortSignalTimeout };
}

function refusal(signal: unknown): TypeError | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return undefined;
  const error = new TypeError('The "options.signal" property must be an instance of AbortSignal.');
  return Object.assign(error, { code: "ERR_INVALID_ARG_TYPE" });
}
