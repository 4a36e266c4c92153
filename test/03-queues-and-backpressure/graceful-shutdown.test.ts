// What task 03.7 asks for: a pipeline that stops without losing an item. Read in order, the names
// are its specification. Open is what happens when `produce` itself aborts, and whether a producer
// that waits for room has called `produce` before it waits or calls it after.

import { getEventListeners } from "node:events";
import { describe, test } from "vitest";
import { claim, rejectedWith, resolved, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { type Call, call, letSettle, note, pass } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";
import { Diary, ends, fieldsOf, type Job, refusesNonsense } from "./work-scene.ts";

const given = lesson(() => import("#lesson/03-queues-and-backpressure/graceful-shutdown.ts"));

interface Scene {
  /** What the handling of item `index` takes; by default no time. */
  jobOf?: (index: number, call: number) => Job;
  intervalMs?: number;
  workers?: number;
  maxSize?: number;
  /** At which index `produce` throws, and what. */
  throwsAt?: { index: number; error: unknown };
  controller?: AbortController;
  /** What happens when the work on an item is done, before its handle resolves. */
  beforeItResolves?: (index: number, controller: AbortController) => void;
}

const RUN = "runUntilShutdown(…)";

/** A pipeline of the items 0, 1, 2, …, with what was asked of it. */
class Pipeline {
  /** When `produce` was called, and with what. */
  readonly produced: { index: unknown; atMs: number }[] = [];
  readonly diary: Diary<number>;
  readonly controller: AbortController;
  readonly run: Call<{ produced: number; handled: number }>;

  constructor(scene: Scene = {}) {
    const { jobOf, throwsAt, beforeItResolves, controller = new AbortController(), ...options } = scene;
    this.diary = new Diary(jobOf, "handle");
    this.controller = controller;
    const produce = (index: number): number => {
      this.produced.push({ index, atMs: clock.nowMs });
      note("producer", `makes ${show(index)}`);
      if (index === throwsAt?.index) throw throwsAt.error;
      return index;
    };
    const handle = (item: number): Promise<void> => {
      const work = this.diary.work<void>(item);
      return beforeItResolves ? work.then(() => beforeItResolves(item, controller)) : work;
    };
    this.run = call(RUN, () => given.runUntilShutdown({ produce, handle, signal: controller.signal, ...options }));
  }

  get producedAtMs(): number[] {
    return this.produced.map((entry) => entry.atMs);
  }

  get listeners(): number {
    return getEventListeners(this.controller.signal, "abort").length;
  }

  /** Aborts after `ms`. */
  async abortAfter(ms: number): Promise<void> {
    await pass(ms);
    note("signal", "aborts");
    this.controller.abort(new Error("time to stop"));
  }

  /** The run has resolved, and says that `items` were produced and handled. */
  async stoppedAfter(items: number, did: string, tells: Record<string, (seen: Seen) => boolean> = {}): Promise<void> {
    await ends(this.run);
    resolved(this.run, did, "it to resolve", "takes-the-abort-for-an-error");
    const { produced, handled } = fieldsOf(this.run.value, ["produced", "handled"], did);
    const { ends: done, atWork } = this.diary;
    const ended = done.length;
    const marks = Object.fromEntries(
      Object.entries({ ...losesItems, ...tells }).map(([id, isIt]) => [
        id,
        () => isIt({ produced, handled, ended, atWork, items }),
      ]),
    );
    same<unknown>({ produced, handled }, { produced: items, handled: items }, did, marks);
    same<unknown>(ended, items, `${did}: how many calls of handle had ended`, marks);
    await pass(2000);
    same(this.diary.calls.length, items, `${did}: how often handle was called, 2 s later`);
  }

  /** The same where it is open how many that is: a wait that ends in the instant of the abort may end either way. */
  async stoppedAfterOneOf(items: readonly number[], did: string): Promise<void> {
    await ends(this.run);
    const handled = this.diary.calls.length;
    const [fewest = 0] = items;
    // With none missing it cannot be told whether the last one was dropped, or gave up and was counted.
    await this.stoppedAfter(handled, did, {
      "drops-what-is-queued": ({ ended, atWork }) => ended < fewest && atWork === 0,
    });
    claim(items.includes(handled), `${did}: expected ${items.join(" or ")} items to be handled, got ${handled}`);
  }
}

/** What is seen when a run has resolved. */
interface Seen {
  produced: unknown;
  handled: unknown;
  /** Calls of `handle` that have ended, and those that have not. */
  ended: number;
  atWork: number;
  /** How many items there should be. */
  items: number;
}

/** What tells that running or queued items were given up. */
const losesItems: Record<string, (seen: Seen) => boolean> = {
  "leaves-while-handles-run": ({ atWork }) => atWork > 0,
  "drops-what-is-queued": ({ ended, atWork, items }) => ended < items && atWork === 0,
};

describe("03.7", () => {
  test("item 0 is produced at once, then one every `intervalMs`", async () => {
    const { run, producedAtMs, diary } = await afterMs(new Pipeline({ intervalMs: 200 }), 1100);
    claim(!run.isSettled, `${RUN} with intervalMs: 200: expected it to go on until the signal aborts, but it ended`);
    same(producedAtMs, [0, 200, 400, 600, 800, 1000], `${RUN} with intervalMs: 200: when produce was called, in ms`, {
      "waits-before-the-first": (seen) => seen[0] === 200,
    });
    same(diary.items, [0, 1, 2, 3, 4, 5], `${RUN} with intervalMs: 200: what handle was called with`);
  });

  test("`produce` is called with 0, 1, 2, …", async () => {
    const pipeline = await afterMs(new Pipeline({ intervalMs: 100 }), 350);
    const indexes = pipeline.produced.map((entry) => entry.index);
    same(indexes, [0, 1, 2, 3], `${RUN}: what produce was called with`);
  });

  test("`intervalMs` is 300 where it is left out", async () => {
    const { producedAtMs } = await afterMs(new Pipeline(), 1000);
    same(producedAtMs, [0, 300, 600, 900], `${RUN} without \`intervalMs\`: when produce was called, in ms`, {
      "waits-before-the-first": (seen) => seen[0] === 300,
    });
  });

  test("the time that handling takes does not slow the producer down while there is room", async () => {
    const { producedAtMs } = await afterMs(new Pipeline({ jobOf: () => ({ takesMs: 450 }), intervalMs: 200 }), 900);
    same(
      producedAtMs,
      [0, 200, 400, 600, 800],
      `${RUN} with intervalMs: 200 and 450 ms of handling: when produce was called, in ms`,
    );
  });

  test("0, '', null and false are items like any other, and an object is handed on as it is", async () => {
    const items: unknown[] = [0, "", null, false, { id: 1 }, ["a"], 0];
    const diary = new Diary<unknown>(() => ({}), "handle");
    const controller = new AbortController();
    const produce = (index: number): unknown => items[index] ?? null;
    const handle = (item: unknown): Promise<void> => diary.work(item);
    const run = call(RUN, () =>
      given.runUntilShutdown({ produce, handle, signal: controller.signal, intervalMs: 100 }),
    );
    await pass(650);
    controller.abort();
    await ends(run);
    claim(
      diary.items.length === items.length && items.every((item, index) => Object.is(item, diary.items[index])),
      `${RUN} with a produce that returns ${items.map(show).join(", ")}: expected handle to get these very items, it got ${show(diary.items)}`,
    );
  });

  test("`workers` items are handled at the same time, never more", async () => {
    for (const workers of [1, 3]) {
      const scene = { jobOf: () => ({ takesMs: 1000 }), intervalMs: 100, workers };
      const { diary } = await afterMs(new Pipeline(scene), 3500);
      same(diary.mostAtWork, workers, `${RUN} with workers: ${workers}: the most items handled at the same time`);
    }
  });

  test("`workers` is 2 where it is left out", async () => {
    const { diary } = await afterMs(new Pipeline({ jobOf: () => ({ takesMs: 1000 }), intervalMs: 100 }), 3500);
    same(diary.mostAtWork, 2, `${RUN} without \`workers\`: the most items handled at the same time`);
  });

  test("where the queue is full, the producer waits for room", async () => {
    const scene = { jobOf: () => ({ takesMs: 60_000 }), intervalMs: 100, workers: 2, maxSize: 3 };
    const { produced } = await afterMs(new Pipeline(scene), 5000);
    claim(
      produced.length === 5 || produced.length === 6,
      `${RUN} with workers: 2 and maxSize: 3, all busy: expected 2 items at work, 3 in the queue, and perhaps one that waits for room, but produce was called ${produced.length} times`,
    );
  });

  test("`maxSize` is 5 where it is left out", async () => {
    const pipeline = new Pipeline({ jobOf: () => ({ takesMs: 10_000 }), intervalMs: 100 });
    await pipeline.abortAfter(5000);
    const did = `${RUN} without \`maxSize\`, aborted with 2 items at work, a full queue, and a producer that waits for room`;
    await pipeline.stoppedAfter(7, did, {
      "counts-the-one-that-gave-up": ({ produced, ended }) => produced === 8 && ended === 7,
      "puts-one-in-after-the-abort": ({ ended }) => ended === 8,
    });
  });

  test("an item that waited for room is followed by the next `intervalMs` after it went in", async () => {
    // Worker and queue hold the items 0 and 1; item 2, due at 200, gets room at 1050.
    const jobOf = (index: number) => ({ takesMs: index === 0 ? 1050 : 0 });
    const { diary } = await afterMs(new Pipeline({ jobOf, intervalMs: 100, workers: 1, maxSize: 1 }), 1400);
    same(
      diary.begunAtMs([0, 1, 2, 3, 4, 5]),
      [0, 1050, 1050, 1150, 1250, 1350],
      `${RUN} with intervalMs: 100, and room for item 2 from 1050 ms on: when the handling of each item began, in ms`,
      { "makes-up-for-lost-time": (seen) => (seen[3] ?? 0) < 1150 },
    );
  });

  test("a signal that is aborted beforehand: nothing is produced, and it resolves", async () => {
    const controller = new AbortController();
    note("signal", "is aborted beforehand");
    controller.abort();
    const pipeline = new Pipeline({ controller });
    const did = `${RUN} with a signal that is aborted beforehand`;
    await pipeline.stoppedAfter(0, did);
    same(pipeline.produced.length, 0, `${did}: how often produce was called`);
  });

  test("an abort ends the wait for the next interval at once", async () => {
    const pipeline = new Pipeline({ intervalMs: 20_000 });
    await pipeline.abortAfter(24_003);
    const did = `${RUN}, aborted at 24,003 ms while it waits 20,000 ms for the next interval`;
    await pipeline.stoppedAfter(2, did);
    const atMs = pipeline.run.settledAtMs ?? 0;
    claim(
      atMs === 24_003,
      `${did}: expected it to resolve at 24,003 ms, it did at ${atMs} ms`,
      atMs >= 40_000 ? "waits-out-the-interval" : undefined,
    );
    same(pipeline.produced.length, 2, `${did}: how often produce was called`);
  });

  test("after the abort, everything that was queued is handled", async () => {
    const jobOf = (index: number) => ({ takesMs: index < 2 ? 2000 : 300 });
    const pipeline = new Pipeline({ jobOf, intervalMs: 100, maxSize: 10 });
    await pipeline.abortAfter(750);
    await pipeline.stoppedAfter(8, `${RUN}, aborted with 2 items at work and 6 in the queue`);
    same(pipeline.produced.length, 8, `${RUN}, aborted after 8 items: how often produce was called`);
    same(pipeline.diary.mostAtWork, 2, `${RUN}, aborted with 6 items in the queue: the most handled at the same time`);
  });

  test("an abort while items are handled: they are finished before it resolves", async () => {
    const pipeline = new Pipeline({ jobOf: (index) => ({ takesMs: index === 0 ? 100 : 9000 }), intervalMs: 500 });
    await pipeline.abortAfter(700);
    const did = `${RUN}, aborted at 700 ms while item 1 is handled until 9500 ms`;
    await pipeline.stoppedAfter(2, did);
  });

  test("a producer that waits for room gives up: its item is neither handled nor counted", async () => {
    const scene = { jobOf: () => ({ takesMs: 1000 }), intervalMs: 100, workers: 1, maxSize: 2 };
    const pipeline = new Pipeline(scene);
    await pipeline.abortAfter(600);
    const did = `${RUN}, aborted with one item at work, 2 in the queue, and a producer that waits for room`;
    await pipeline.stoppedAfter(3, did, {
      "counts-the-one-that-gave-up": ({ produced, ended }) => produced === 4 && ended === 3,
      "puts-one-in-after-the-abort": ({ ended }) => ended === 4,
    });
    const late = pipeline.producedAtMs.filter((atMs) => atMs > 600);
    same(late, [], `${did}: when produce was called after that, in ms`);
  });

  for (const [when, abort] of [
    ["just before", (controller: AbortController) => controller.abort()],
    ["just after", (controller: AbortController) => queueMicrotask(() => controller.abort())],
    ["a turn after", (controller: AbortController) => void setImmediate(() => controller.abort())],
  ] as const) {
    test(`an abort ${when} room comes: what was produced is still what was handled`, async () => {
      const pipeline = new Pipeline({
        jobOf: () => ({ takesMs: 1000 }),
        beforeItResolves: (index, controller) => (index === 0 ? abort(controller) : undefined),
        intervalMs: 100,
        workers: 1,
        maxSize: 1,
      });
      const did = `${RUN}, aborted ${when} item 0 is done, with item 1 in the queue and a producer that waits for room`;
      await pipeline.stoppedAfterOneOf([2, 3], did);
    });
  }

  test("a handle that aborts: what was queued is handled, and no more is produced", async () => {
    const controller = new AbortController();
    const jobOf = (index: number) => {
      if (index === 1) controller.abort();
      return { takesMs: 1000 };
    };
    const pipeline = new Pipeline({ jobOf, controller, intervalMs: 100, workers: 1 });
    // Item 1 begins at 1000 ms, and makes room for item 6, which is in by then or gives up.
    const did = `${RUN}, aborted by the handle of item 1, with 5 behind it and a producer that waits for room`;
    await pipeline.stoppedAfterOneOf([6, 7], did);
    const late = pipeline.producedAtMs.filter((atMs) => atMs > 1000);
    same(late, [], `${did}: when produce was called after that, in ms`);
  });

  for (const [how, failure] of [
    ["rejects", { rejectsWith: new Error("the printer is on fire") }],
    ["throws synchronously", { throws: new Error("the printer is on fire") }],
  ] as const) {
    test(`a handle that ${how} counts as handled, and the pipeline goes on`, async () => {
      const fails = (index: number) => index % 3 !== 2;
      const jobOf = (index: number) => (fails(index) ? { takesMs: 400, ...failure } : { takesMs: 400 });
      const pipeline = new Pipeline({ jobOf, intervalMs: 100, maxSize: 20 });
      await pipeline.abortAfter(1550);
      const did = `${RUN} with a handle that ${how} for two items of three, aborted after 16 items`;
      await pipeline.stoppedAfter(16, did, {
        "failed-ones-do-not-count": ({ handled, ended }) => ended === 16 && Number(handled) < 16,
      });
      same(pipeline.diary.mostAtWork, 2, `${did}: the most handled at the same time`);
    });
  }

  test("a `produce` that throws: what was queued is handled, then it rejects with that error", async () => {
    const error = new Error("out of paper");
    for (const index of [5, 1]) {
      const pipeline = new Pipeline({
        jobOf: () => ({ takesMs: 1000 }),
        intervalMs: 100,
        throwsAt: { index, error },
      });
      const did = `${RUN} with a produce that throws for item ${index}`;
      await ends(pipeline.run);
      const endedByThen = pipeline.diary.ends.length;
      await pass(5000);
      claim(
        endedByThen === index,
        `${did}: expected it to settle when the ${index} before it are handled, but it did at ${pipeline.run.settledAtMs} ms, with ${endedByThen} handled`,
        "leaves-the-queue-when-produce-throws",
      );
      rejectedWith(error, pipeline.run, did);
      same(pipeline.produced.length, index + 1, `${did}: how often produce was called`);
    }
  });

  test("a `produce` that throws for item 0: it rejects with that error, and nothing is handled", async () => {
    const error = new Error("out of paper");
    const pipeline = new Pipeline({ throwsAt: { index: 0, error } });
    await ends(pipeline.run);
    rejectedWith(error, pipeline.run, `${RUN} with a produce that throws for item 0`);
    await pass(1000);
    same(pipeline.diary.calls.length, 0, `${RUN} with a produce that throws for item 0: how often handle was called`);
    same(pipeline.produced.length, 1, `${RUN} with a produce that throws for item 0: how often produce was called`);
  });

  test("an abort while the rest is handled after `produce` threw: it still rejects with that error", async () => {
    const error = new Error("out of paper");
    const scene = { jobOf: () => ({ takesMs: 1000 }), intervalMs: 100, throwsAt: { index: 4, error } };
    const pipeline = new Pipeline(scene);
    await pipeline.abortAfter(700);
    await ends(pipeline.run);
    const did = `${RUN} with a produce that throws at 400 ms, aborted at 700 ms`;
    rejectedWith(error, pipeline.run, did);
    same(pipeline.diary.ends.length, 4, `${did}: how many items were handled`);
  });

  for (const [how, scene, ms] of [
    ["an abort during an interval has ended it", { intervalMs: 400 }, 1000],
    [
      "an abort has ended it while the producer waited for room",
      { jobOf: () => ({ takesMs: 1000 }), intervalMs: 100, workers: 1, maxSize: 1 },
      650,
    ],
    ["a `produce` that throws has ended it", { throwsAt: { index: 2, error: new Error("out of paper") } }, 5000],
  ] as const) {
    test(`no abort listener and no timer is left when ${how}`, async () => {
      const pipeline = new Pipeline(scene as Scene);
      await pass(ms);
      if (!("throwsAt" in scene)) pipeline.controller.abort();
      await ends(pipeline.run);
      await letSettle();
      const { listeners } = pipeline;
      claim(
        listeners === 0,
        `${RUN}, after ${how}: expected no abort listener left on the signal, got ${listeners}`,
        "listens-for-ever",
      );
      claim(
        clock.timers.referencedCount === 0,
        `${RUN}, after ${how}: expected no timer left, but one still keeps the process alive`,
        "forgets-the-timer",
      );
    });
  }

  test("a long run leaves no abort listeners behind, one an item", async () => {
    const pipeline = new Pipeline({ intervalMs: 100 });
    await pass(350);
    const early = pipeline.listeners;
    await pass(4000);
    const late = pipeline.listeners;
    const seen = `${early} abort listeners were on the signal after 4 items, and ${late} after 44`;
    claim(late <= early, `${RUN}: ${seen}`, "listens-for-ever");
  });

  for (const [option, values] of [
    ["workers", undefined],
    ["maxSize", [0, -1, 1.5, Number.NaN]],
  ] as const) {
    test(`\`${option}\` that is not a positive integer is a RangeError, and nothing is produced`, async () => {
      const calls = { produce: 0, handle: 0 };
      const controller = new AbortController();
      const produce = (): string => {
        calls.produce += 1;
        return "a";
      };
      const handle = async (): Promise<void> => {
        calls.handle += 1;
      };
      const { signal } = controller;
      await refusesNonsense(
        option,
        "runUntilShutdown",
        (options) => given.runUntilShutdown({ produce, handle, signal, ...options }),
        () => ({ "calls of produce": calls.produce, "calls of handle": calls.handle }),
        values,
      );
    });
  }

  test("a `maxSize` of Infinity is fine: the producer never waits for room", async () => {
    const scene = { jobOf: () => ({ takesMs: 500 }), intervalMs: 100, workers: 1, maxSize: Number.POSITIVE_INFINITY };
    const pipeline = new Pipeline(scene);
    await pipeline.abortAfter(1950);
    await pipeline.stoppedAfter(20, `${RUN} with maxSize: Infinity, aborted after 20 items`);
  });
});

async function afterMs(pipeline: Pipeline, ms: number): Promise<Pipeline> {
  await pass(ms);
  return pipeline;
}
