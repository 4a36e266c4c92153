// The schedule explorer itself, on an object small enough to see through: a counter of permits.

import fc from "fast-check";
import { beforeEach, describe, expect, test } from "vitest";
import { isOf, replayCode, scheduleIn } from "../support/schedules/replay.ts";
import { codeOf, type Schedule, type Step, scheduleOf, without } from "../support/schedules/schedule.ts";
import { cover, walks } from "../support/schedules/search.ts";
import { shorten } from "../support/schedules/shorten.ts";
import { ABORTED, changedMyMind, type Specification, type Subject } from "../support/schedules/specification.ts";
import { sentenceOf, storyOf, tableOf } from "../support/schedules/table.ts";
import { type Breach, Explorer, type Seen } from "../support/schedules/trial.ts";
import { beginCheck, endCheck } from "../support/stage.ts";
import "../support/virtual-time/install.ts";

const anySchedule = fc
  .array(
    fc.record({
      call: fc.constantFrom("put", "get", "abort", "clock"),
      n: fc.option(fc.nat(60)),
      of: fc.nat(),
      same: fc.boolean(),
    }),
    {
      minLength: 1,
      maxLength: 12,
    },
  )
  .map(
    (steps): Schedule =>
      steps.map(
        ({ call, n, of, same }, at): Step => ({
          call,
          n: n ?? undefined,
          of: at > 0 && of % 3 === 0 ? of % at : undefined,
          sameTurn: at > 0 && same ? true : undefined,
        }),
      ),
  );

describe("the code of a schedule", () => {
  test("says all of it, in letters that no shell takes for its own", () => {
    fc.assert(
      fc.property(anySchedule, (schedule) => {
        expect(scheduleOf(codeOf(schedule))).toEqual(schedule);
        expect(codeOf(schedule)).toMatch(/^[A-Za-z0-9._-]+$/);
      }),
      { seed: 3 },
    );
  });

  test("anything else is no code", () => {
    for (const code of ["", "put..get", "put get", "abort-1", "put.abort-3", "put;rm", ".put", "put_"]) {
      expect(scheduleOf(code), code).toBeUndefined();
    }
    const full = { id: "full", calls: ["put", "get"] };
    expect(scheduleIn("full:put0.get", full.calls)).toEqual(scheduleOf("put0.get"));
    expect(scheduleIn("full:put0.jump", full.calls)).toBeUndefined();
    expect(isOf(replayCode("full", [{ call: "get" }]), full)).toBe(true);
    expect(isOf("full1:get", full)).toBe(false);
    expect(isOf("full:get", undefined)).toBe(false);
  });

  test("a step is left out with all that are about it, and the others keep what they are about", () => {
    fc.assert(
      fc.property(anySchedule, fc.nat(), (schedule, any) => {
        const shorter = without(schedule, any % schedule.length);
        expect(shorter.length).toBeLessThan(schedule.length);
        expect(shorter[0]?.sameTurn).toBeUndefined();
        for (const [at, { of }] of shorter.entries()) if (of !== undefined) expect(of).toBeLessThan(at);
      }),
      { seed: 3 },
    );
    const schedule = scheduleOf("get.get.put0_abort-1.abort-2") ?? [];
    expect(codeOf(without(schedule, 0))).toBe("get.put0.abort-1");
  });
});

// Permits: acquire waits while there is none, release hands one to whoever has waited longest.

interface Permits {
  readonly free: number;
  acquire(signal?: AbortSignal): Promise<void>;
  release(): void;
}

class RightPermits implements Permits {
  free = 1;
  readonly waiting: { resolve: () => void }[] = [];

  acquire(signal?: AbortSignal): Promise<void> {
    if (this.free > 0) {
      this.free -= 1;
      return Promise.resolve();
    }
    return new Promise((resolve, reject) => {
      const waiter = { resolve };
      this.waiting.push(waiter);
      signal?.addEventListener("abort", () => this.onAbort(waiter, () => reject(signal.reason)), { once: true });
    });
  }

  onAbort(waiter: { resolve: () => void }, reject: () => void): void {
    const at = this.waiting.indexOf(waiter);
    if (at !== -1) this.waiting.splice(at, 1);
    reject();
  }

  release(): void {
    const next = this.waiting.shift();
    if (next) next.resolve();
    else this.free += 1;
  }
}

/** Its hand-over takes a few turns of the event loop. */
class SlowPermits extends RightPermits {
  override release(): void {
    const next = this.waiting.shift();
    if (!next) this.free += 1;
    else setImmediate(() => setImmediate(() => queueMicrotask(next.resolve)));
  }
}

/** An aborted waiter stays in line, and takes a permit with it. */
class SwallowingPermits extends RightPermits {
  override onAbort(_waiter: { resolve: () => void }, reject: () => void): void {
    reject();
  }
}

interface State {
  free: number;
  waiting: number[];
  handed: number[];
  outcomes: Record<number, string>;
}

const permits: Specification<State> = {
  start: { free: 1, waiting: [], handed: [], outcomes: {} },
  next: ({ waiting }) => [
    ...(waiting.length < 3 ? [{ call: "acquire" }] : []),
    { call: "release" },
    ...waiting.map((of) => ({ call: "abort", of })),
  ],
  after(state, { call, of = 0 }, at) {
    const { free, waiting, handed, outcomes } = state;
    if (call === "abort") {
      if (!waiting.includes(of)) return [state];
      return [{ ...state, waiting: waiting.filter((one) => one !== of), outcomes: { ...outcomes, [of]: ABORTED } }];
    }
    if (call === "acquire") {
      return free > 0
        ? [{ ...state, free: free - 1, handed: [...handed, at] }]
        : [{ ...state, waiting: [...waiting, at] }];
    }
    const [next, ...left] = waiting;
    const done = { ...outcomes, [at]: "done" };
    return next === undefined
      ? [{ ...state, free: free + 1, outcomes: done }]
      : [{ ...state, waiting: left, handed: [...handed, next], outcomes: done }];
  },
  rest(state) {
    const outcomes = { ...state.outcomes, ...Object.fromEntries(state.handed.map((at) => [at, "done"])) };
    return [{ state: { ...state, handed: [], outcomes: {} }, sight: { outcomes, shows: `free ${state.free}` } }];
  },
  key: (state) => JSON.stringify(state),
  shape: ({ free, waiting }) => `${Math.min(free, 2)} ${waiting.length}`,
};

const subjectOf = (make: () => Permits): Subject<Permits> => ({
  make,
  perform: (one, { call, of = 0 }, at, trial) =>
    call === "acquire" ? one.acquire(trial.signalFor(at)) : call === "release" ? one.release() : trial.abort(of),
  outcome: (_step, ended) => ("reason" in ended ? (ended.reason === changedMyMind ? ABORTED : "✗") : "done"),
  shows: ({ free }) => `free ${free}`,
  label: ({ call, of = 0 }, name) => (call === "abort" ? `abort ${name(of)}` : `${call}()`),
});

const allSchedules = () => [...cover(permits, 2), ...walks(permits, { seed: 1, walks: 10, steps: 20 })];

/** The first schedule that fails, however many turns it is given. */
async function firstBreach(make: () => Permits): Promise<Breach | undefined> {
  const explorer = new Explorer(permits, subjectOf(make), false);
  for (const schedule of allSchedules()) {
    const breach = await explorer.run(schedule, 3);
    if (breach) return shorten(breach, (shorter) => explorer.run(shorter, 3));
  }
  return undefined;
}

describe("exploring", () => {
  beforeEach(async () => {
    await endCheck();
    beginCheck();
  });

  test("every small schedule is tried, settled and in the same turn, and they are the same every time", () => {
    const codes = allSchedules().map(codeOf);
    expect(new Set(codes).size).toBeGreaterThan(60);
    for (const code of ["acquire", "acquire.acquire", "acquire_acquire", "acquire.acquire.abort-2_release"]) {
      expect(codes).toContain(code);
    }
    expect(codes).toEqual(allSchedules().map(codeOf));
    expect(cover(permits, 1).length).toBeLessThan(cover(permits, 2).length);
  });

  test("right ways pass, also one whose hand-over takes some turns", async () => {
    expect(await firstBreach(() => new RightPermits())).toBeUndefined();
    expect(await firstBreach(() => new SlowPermits())).toBeUndefined();
  });

  test("many schedules side by side come to what each comes to alone", async () => {
    const explorer = new Explorer(
      permits,
      subjectOf(() => new SwallowingPermits()),
      false,
    );
    const schedules = allSchedules().slice(0, 60);
    const together = await explorer.runTogether(schedules, 3);
    const alone: boolean[] = [];
    for (const schedule of schedules) alone.push((await explorer.run(schedule, 3)) !== undefined);
    expect(together.map((breach) => breach !== undefined)).toEqual(alone);
    expect(alone).toContain(true);
  });

  test("a mistake is found, and shown by the shortest schedule", async () => {
    const breach = await firstBreach(() => new SwallowingPermits());
    if (!breach) throw new Error("the mistake was not found");
    expect(codeOf(breach.schedule)).toBe("acquire.acquire.abort-2.release");
    expect(
      sentenceOf(
        breach,
        "Permits",
        subjectOf(() => new SwallowingPermits()),
      ),
    ).toBe("Permits: acquire #1(), acquire #2(), abort acquire #2, release(): expected free 1, got free 0");
  });

  test("its table has a row a step and a lane a call, and its story says the same", async () => {
    const subject = subjectOf(() => new SwallowingPermits());
    const explorer = new Explorer(permits, subject, false);
    const seen: Seen = { steps: [], ends: new Map() };
    const schedule = scheduleOf("acquire.acquire.abort-2_release") ?? [];
    const breach = await explorer.run(schedule, 3, seen);
    const table = tableOf(schedule, seen, breach, { id: "one", on: "Permits", subject });
    expect(table).toEqual({
      code: "one:acquire.acquire.abort-2_release",
      on: "Permits",
      rows: [
        { step: 1, atMs: 0, does: "acquire()", sameTurn: false, shows: "free 0" },
        { step: 2, atMs: 0, does: "acquire()", sameTurn: false, shows: "free 0" },
        { step: 3, atMs: 0, does: "abort acquire #2", sameTurn: false, shows: null },
        { step: 4, atMs: 0, does: "release()", sameTurn: true, shows: "free 0" },
      ],
      lanes: [
        { name: "acquire #1", from: 1, to: 1, outcome: "done" },
        { name: "acquire #2", from: 2, to: 4, outcome: "✗ aborted" },
        { name: "release", from: 4, to: 4, outcome: "done" },
      ],
      broke: 4,
      seen: "acquire #2 ✗ aborted, release → done, free 0",
      allowed: ["acquire #2 ✗ aborted, release → done, free 1"],
    });
    expect(storyOf(table, seen).map(({ lane, what, step }) => `${step} ${lane}: ${what}`)).toEqual([
      "1 acquire #1: called: acquire()",
      "1 acquire #1: → done",
      "1 at rest: free 0",
      "2 acquire #2: called: acquire()",
      "2 at rest: free 0",
      "3 you: abort acquire #2",
      "4 release: called: release()",
      "4 acquire #2: ✗ aborted",
      "4 release: → done",
      "4 at rest: free 0",
    ]);
  });

  test("code that never settles is said to go round and round", async () => {
    const spinning = new Explorer(
      permits,
      subjectOf(() => {
        const one = new RightPermits();
        const spin = () => setImmediate(spin);
        one.release = spin;
        return one;
      }),
      false,
    );
    const breach = await spinning.run([{ call: "release" }], 3);
    expect(breach?.objection).toBe("your code goes round and round without letting any time pass");
  });

  test("a listener that is left behind is found where it is looked for", async () => {
    const looks = new Explorer(
      permits,
      subjectOf(() => new RightPermits()),
      true,
    );
    const breach = await looks.run(scheduleOf("acquire.acquire.release") ?? [], 3);
    expect(breach?.objection).toContain("its abort listener is still on the signal");
  });
});
