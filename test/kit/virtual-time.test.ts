// Every way that Node offers to wait or to read the time goes by the virtual clock.

import { EventEmitter, getEventListeners, once } from "node:events";
import { performance as performanceOfModule } from "node:perf_hooks";
import { hrtime, uptime } from "node:process";
import * as timers from "node:timers";
import * as timersPromises from "node:timers/promises";
import { setTimeout as sleep } from "node:timers/promises";
import { promisify } from "node:util";
import { MessageChannel } from "node:worker_threads";
import { beforeEach, describe, expect, test } from "vitest";
import { clock } from "../support/virtual-time/install.ts";

beforeEach(() => clock.reset());

/** How much virtual time passes until `promise` settles. */
async function timeOf(promise: Promise<unknown>): Promise<number> {
  let isOver = false;
  const settled = promise.then(
    () => {
      isOver = true;
    },
    () => {
      isOver = true;
    },
  );
  expect(await clock.until(() => isOver)).toBeUndefined();
  await settled;
  return clock.nowMs;
}

describe("waits", () => {
  const HOUR_MS = 3_600_000;
  for (const [what, wait] of [
    ["setTimeout", () => new Promise((resolve) => setTimeout(resolve, HOUR_MS))],
    ["node:timers setTimeout", () => new Promise((resolve) => timers.setTimeout(resolve, HOUR_MS))],
    ["node:timers/promises setTimeout, by name", () => sleep(HOUR_MS)],
    ["node:timers/promises setTimeout, by namespace", () => timersPromises.setTimeout(HOUR_MS)],
    ["timers.promises", () => timers.promises.setTimeout(HOUR_MS)],
    ["scheduler.wait", () => timersPromises.scheduler.wait(HOUR_MS)],
    ["promisify(setTimeout)", () => promisify(setTimeout)(HOUR_MS)],
    ["AbortSignal.timeout", () => once(AbortSignal.timeout(HOUR_MS) as never, "abort")],
    ["AbortSignal.any with a timeout", () => once(AbortSignal.any([AbortSignal.timeout(HOUR_MS)]) as never, "abort")],
    [
      "setInterval",
      () =>
        new Promise((resolve) => {
          let beats = 0;
          setInterval(() => ++beats === 60 && resolve(beats), HOUR_MS / 60);
        }),
    ],
    [
      "node:timers/promises setInterval",
      async () => {
        let beats = 0;
        for await (const _ of timersPromises.setInterval(HOUR_MS / 60)) if (++beats === 60) return;
      },
    ],
    ["events.once with a signal", () => once(new EventEmitter(), "never", { signal: AbortSignal.timeout(HOUR_MS) })],
    [
      "timer.refresh",
      () =>
        new Promise((resolve) => {
          const timer = setTimeout(resolve, HOUR_MS / 2);
          setTimeout(() => timer.refresh(), HOUR_MS / 2 - 1);
        }).then(() => sleep(1)),
    ],
  ] as const) {
    test(`${what} costs no real waiting`, async () => {
      expect(await timeOf(wait() as Promise<unknown>)).toBe(HOUR_MS);
    });
  }

  for (const [what, wait] of [
    ["setImmediate", () => new Promise((resolve) => setImmediate(resolve))],
    ["node:timers setImmediate", () => new Promise((resolve) => timers.setImmediate(resolve))],
    ["node:timers/promises setImmediate", () => timersPromises.setImmediate()],
    ["scheduler.yield", () => timersPromises.scheduler.yield()],
    ["promisify(setImmediate)", () => promisify(setImmediate)()],
    ["nextTick", () => new Promise<void>((resolve) => process.nextTick(resolve))],
    [
      "a MessageChannel",
      () =>
        new Promise((resolve) => {
          const { port1, port2 } = new MessageChannel();
          port1.once("message", () => {
            port1.close();
            resolve(0);
          });
          port2.postMessage(0);
        }),
    ],
  ] as const) {
    test(`${what} takes no virtual time`, async () => {
      expect(await timeOf(wait() as Promise<unknown>)).toBe(0);
    });
  }

  test("a delay below 1, above 2^31-1 or no number is 1 ms, and a fraction is cut, as in Node", async () => {
    const dues: number[] = [];
    for (const delay of [0, -5, 2 ** 31, Number.NaN, Number.POSITIVE_INFINITY, 2.9]) {
      setTimeout(() => dues.push(clock.nowMs), delay);
    }
    await clock.advance(10);
    expect(dues).toEqual([1, 1, 1, 1, 1, 2]);
  });
});

describe("clocks", () => {
  for (const [what, read] of [
    ["Date.now", () => Date.now()],
    // biome-ignore lint/complexity/useDateNow: the constructor is what is tested.
    ["new Date", () => new Date().getTime()],
    ["performance.now", () => performance.now()],
    ["node:perf_hooks performance.now", () => performanceOfModule.now()],
    [
      "process.hrtime",
      () => {
        const [seconds, nanoseconds] = process.hrtime();
        return seconds * 1e3 + nanoseconds / 1e6;
      },
    ],
    ["process.hrtime.bigint", () => Number(process.hrtime.bigint()) / 1e6],
    ["node:process hrtime.bigint", () => Number(hrtime.bigint()) / 1e6],
    ["process.uptime", () => process.uptime() * 1e3],
    ["node:process uptime", () => uptime() * 1e3],
    ["performance.mark", () => performance.mark("here").startTime],
  ] as const) {
    test(`${what} goes by it`, async () => {
      const before = read();
      await clock.advance(1234);
      expect(read() - before).toBeCloseTo(1234, 3);
      await clock.quiet();
      expect(read() - before).toBeCloseTo(1234, 3);
    });
  }

  test("performance.measure and process.hrtime(since) tell virtual durations", async () => {
    performance.mark("start");
    const since = process.hrtime();
    await clock.advance(2500);
    expect(performance.measure("it", "start").duration).toBeCloseTo(2500, 3);
    expect(process.hrtime(since)).toEqual([2, 500_000_000]);
  });

  test("a date is still a date", () => {
    expect(new Date(0).toISOString()).toBe("1970-01-01T00:00:00.000Z");
    expect(new Date()).toBeInstanceOf(Date);
    expect(typeof Date()).toBe("string");
    expect(Date.UTC(2030, 0, 1)).toBe(clock.dateMs);
  });
});

describe("order", () => {
  test("timers fire by their time, equals in the order they were armed, and microtasks run in between", async () => {
    const seen: string[] = [];
    setTimeout(() => seen.push("b"), 20);
    setTimeout(() => {
      seen.push("a");
      void Promise.resolve().then(() => seen.push("a, then"));
    }, 10);
    setTimeout(() => seen.push("a2"), 10);
    setTimeout(() => seen.push("c"), 20);
    await clock.advance(20);
    expect(seen).toEqual(["a", "a, then", "a2", "b", "c"]);
  });

  test("a thousand timers armed and cleared in any order fire in theirs", async () => {
    const seen: number[] = [];
    const handles = Array.from({ length: 1000 }, (_, index) =>
      setTimeout(() => seen.push((index * 7919) % 1000), 1 + ((index * 7919) % 1000)),
    );
    for (const [index, handle] of handles.entries())
      if (index % 3 === 0) clearTimeout(index % 2 === 0 ? handle : Number(handle));
    await clock.advance(2000);
    expect(seen).toEqual(seen.toSorted((a, b) => a - b));
    expect(seen.length).toBe(666);
  });

  test("an interval cleared in its own callback does not fire again", async () => {
    let beats = 0;
    const handle = setInterval(() => {
      if (++beats === 2) clearInterval(handle);
    }, 10);
    await clock.advance(100);
    expect(beats).toBe(2);
    expect(clock.timers.count).toBe(0);
  });
});

describe("aborting", () => {
  test("an aborted wait rejects as Node's does: an AbortError with the reason as its cause, and no listener stays", async () => {
    const controller = new AbortController();
    const waiting = sleep(1000, undefined, { signal: controller.signal });
    const caught = waiting.catch((error) => error);
    const reason = new Error("enough");
    controller.abort(reason);
    expect(await caught).toMatchObject({ name: "AbortError", code: "ABORT_ERR", cause: reason });
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
    expect(clock.timers.count).toBe(0);
  });

  test("a wait that has ended leaves no listener", async () => {
    const controller = new AbortController();
    await timeOf(sleep(1000, undefined, { signal: controller.signal }));
    await timeOf(timersPromises.setImmediate(undefined, { signal: controller.signal }));
    expect(getEventListeners(controller.signal, "abort")).toEqual([]);
  });

  test("a signal that is aborted beforehand rejects at once", async () => {
    const signal = AbortSignal.abort();
    for (const wait of [
      () => sleep(5, undefined, { signal }),
      () => timersPromises.setImmediate(undefined, { signal }),
    ]) {
      await expect(wait()).rejects.toMatchObject({ name: "AbortError" });
    }
  });
});

describe("what cannot go on", () => {
  test("a promise that nothing can settle is known as such", async () => {
    expect(await clock.until(() => false)).toBe("nothing can end it");
  });

  test("a loop on setImmediate is known as such", async () => {
    let isOver = false;
    const spin = () => {
      if (!isOver) setImmediate(spin);
    };
    spin();
    expect(await clock.until(() => false)).toBe("it spins");
    isOver = true;
  });

  test("an interval that goes on for ever is known as such", async () => {
    setInterval(() => {}, 1);
    expect(await clock.until(() => false)).toBe("it polls without end");
  });
});
