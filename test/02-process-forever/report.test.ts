// The stretch tasks of lesson 02: a limit, and a report.

import { describe, test } from "vitest";
import { claim, resolved, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { type Call, call, pass, settled } from "../support/stage.ts";
import { show } from "../support/words.ts";
import { abortAfter, Diary, ScriptedSource, type SourceScript, type Work } from "./scene.ts";

const given = lesson(() => import("#lesson/02-process-forever/process-forever.ts"));

type Options = Parameters<typeof given.processForever>[2];
type Stats = Awaited<ReturnType<typeof given.processForever>>;

interface Scene {
  script: SourceScript<string>;
  workOf?: (message: string) => Work;
  options?: Partial<Options>;
}

/** A run with its source, its diary and what it logged. */
function runOf({ script, workOf, options = {} }: Scene) {
  const source = new ScriptedSource(script);
  const diary = new Diary<string>(workOf);
  const controller = new AbortController();
  const logged = { info: 0, error: 0 };
  const logger = { info: () => void logged.info++, error: () => void logged.error++ };
  const all = { signal: controller.signal, logger, pollIntervalMs: 100, ...options };
  const loop: Call<Stats> = call("processForever(…)", () => given.processForever(source, diary.handle, all));
  return { source, diary, controller, logged, loop };
}

/** A source that never runs dry: each receive brings as many as it was asked for. */
const endless = Array.from(
  { length: 50 },
  (_, receive) => (batchSize: number) => Array.from({ length: batchSize }, (_, index) => `m${receive}-${index}`),
);

describe("02.5", () => {
  test("the handler is called for exactly maxMessages, then it resolves", async () => {
    const { diary, loop } = runOf({ script: { batches: endless, roundTripMs: 10 }, options: { maxMessages: 12 } });
    await ended(loop, diary, 12);
  });

  test("each receive asks for the smaller of batchSize and what is left", async () => {
    const { source, diary, loop } = runOf({
      script: { batches: endless, roundTripMs: 10 },
      options: { maxMessages: 12 },
    });
    await ended(loop, diary, 12);
    const sizes = source.asks.map((ask) => ask.batchSize);
    same(
      sizes,
      [5, 5, 2],
      "processForever(…) with maxMessages 12 and batchSize 5: the sizes that receiveBatch was asked for",
      {
        "asks-for-full-batches": (seen) => seen.every((size) => size === 5),
      },
    );
  });

  test("batches that bring fewer than asked for are counted as they are", async () => {
    const batches = [["a", "b", "c"], ["d"], ["e", "f", "g"]];
    const { source, diary, loop } = runOf({
      script: { batches, roundTripMs: 10, atTheEnd: "nothing" },
      options: { maxMessages: 7 },
    });
    await ended(loop, diary, 7, "counts-batches-as-full");
    const sizes = source.asks.map((ask) => ask.batchSize);
    same(
      sizes,
      [5, 4, 3],
      "processForever(…) with maxMessages 7, and batches of 3, 1 and 3: the sizes that receiveBatch was asked for",
      {
        "counts-batches-as-full": (seen) => seen.length < 3,
        "asks-for-full-batches": (seen) => seen.every((size) => size === 5),
      },
    );
  });

  test("messages that failed are counted", async () => {
    const workOf = (message: string) => (message.endsWith("0") ? { rejectsWith: new Error("no") } : {});
    const { diary, loop } = runOf({
      script: { batches: endless, roundTripMs: 10 },
      workOf,
      options: { maxMessages: 6 },
    });
    await ended(loop, diary, 6, "counts-successes-only");
  });

  test("an empty batch does not end it", async () => {
    const { diary, loop } = runOf({
      script: { batches: [["a"], [], ["b"]], roundTripMs: 10 },
      options: { maxMessages: 2 },
    });
    await ended(loop, diary, 2, "stops-when-empty");
  });

  test("it resolves when the last handler has ended, with no wait after it", async () => {
    const workOf = () => ({ takesMs: 300 });
    const { source, diary, loop } = runOf({
      script: { batches: [["a", "b"]], roundTripMs: 10, atTheEnd: "nothing" },
      workOf,
      options: { maxMessages: 2, batchSize: 2 },
    });
    await ended(loop, diary, 2);
    same(diary.ended.length, 2, "processForever(…) with maxMessages 2: how many handlers had ended when it resolved");
    same(
      loop.settledAtMs,
      diary.ended[1]?.atMs,
      "processForever(…) with maxMessages 2 and 300 ms of work: when it resolved, in ms",
    );
    same(source.asks.length, 1, "processForever(…) with maxMessages 2: how often receiveBatch was called");
  });
});

async function ended(loop: Call<Stats>, diary: Diary<string>, messages: number, misconception?: string): Promise<void> {
  // A loop without a limit never ends: it is watched for as long as a limit would need, and a little more.
  await pass(3_000);
  const seen = diary.begun.length;
  claim(
    seen === messages,
    `processForever(…): expected the handler to be called for ${messages} messages, it was called for ${seen}`,
    misconception ?? (seen > messages ? "overshoots-the-limit" : undefined),
  );
  resolved(loop, `processForever(…), ${messages} messages later`);
}

describe("02.6", () => {
  /** Three calls of 100, 50 and 250 ms, of which the last fails; then an abort. */
  const mixed: Scene = {
    script: { batches: [["a", "b"], ["bad"]], roundTripMs: 10, atTheEnd: "nothing" },
    workOf: (message) =>
      message === "bad" ? { takesMs: 250, rejectsWith: new Error("no") } : { takesMs: message === "a" ? 100 : 50 },
  };

  async function statsOf(scene: Scene, abortAtMs = 1500): Promise<Stats> {
    const { controller, loop } = runOf(scene);
    await abortAfter(abortAtMs, controller);
    await settled(loop);
    resolved(loop, "processForever(…), aborted");
    const stats = loop.value;
    claim(
      typeof stats === "object" && stats !== null,
      `processForever(…): expected it to resolve to { processed, failed, averageMs }, got ${show(stats)}`,
    );
    return stats as Stats;
  }

  test("processed counts the handlers that succeeded, failed those that failed", async () => {
    const { processed, failed } = await statsOf(mixed);
    same(
      { processed, failed },
      { processed: 2, failed: 1 },
      "processForever(…) with two handlers that succeed and one that fails",
    );
  });

  test("each failure is counted, also where a batch has several", async () => {
    const workOf = (message: string): Work => (message === "bad" ? {} : { rejectsWith: new Error("no") });
    const { processed, failed } = await statsOf({ ...mixed, workOf });
    same(
      { processed, failed },
      { processed: 1, failed: 2 },
      "processForever(…) with a batch of two that fail, and one of one that succeeds",
    );
  });

  test("averageMs is the mean duration of a handler call, failed ones too, not rounded", async () => {
    const { averageMs } = await statsOf(mixed);
    claim(
      Math.abs(averageMs - 400 / 3) < 0.01,
      `processForever(…) with handlers of 100, 50 and (failing) 250 ms: expected averageMs to be 133.33…, got ${averageMs}`,
      { 75: "averages-successes-only", 133: "rounds-the-average" }[averageMs],
    );
  });

  test("a handler that throws synchronously counts as failed, with its 0 ms", async () => {
    const workOf = (message: string): Work => (message === "bad" ? { throws: new Error("no") } : { takesMs: 100 });
    const { processed, failed, averageMs } = await statsOf({ ...mixed, workOf });
    same(
      { processed, failed },
      { processed: 2, failed: 1 },
      "processForever(…) with two handlers that succeed and one that throws synchronously",
    );
    claim(
      Math.abs(averageMs - 200 / 3) < 0.01,
      `processForever(…) with handlers of 100, 100 and (throwing) 0 ms: expected averageMs to be 66.66…, got ${averageMs}`,
    );
  });

  test("averageMs is 0 where no handler was called", async () => {
    const script: SourceScript<string> = { batches: [], roundTripMs: 10, atTheEnd: "nothing" };
    const { processed, failed, averageMs } = await statsOf({ script });
    same(
      { processed, failed, averageMs },
      { processed: 0, failed: 0, averageMs: 0 },
      "processForever(…) with no message at all",
    );
  });

  test("one logger.info in all, when an abort ends it", async () => {
    const { controller, loop, logged } = runOf(mixed);
    await pass(1400);
    same(logged.info, 0, "processForever(…): how often logger.info was called before it ended", {
      "logs-along-the-way": (seen) => seen > 0 && !loop.isSettled,
    });
    await abortAfter(0, controller);
    await settled(loop);
    same(logged.info, 1, "processForever(…), aborted: how often logger.info was called", {
      "logs-along-the-way": (seen) => seen > 1,
    });
  });

  test("logger.info waits for the handlers that still run when the signal aborts", async () => {
    const { controller, loop, logged } = runOf({ ...mixed, workOf: () => ({ takesMs: 500 }) });
    await abortAfter(100, controller);
    await pass(300);
    same(logged.info, 0, "processForever(…), aborted while handlers run: how often logger.info was called by then", {
      "logs-along-the-way": (seen) => seen > 0 && !loop.isSettled,
    });
    await settled(loop);
    same(logged.info, 1, "processForever(…), aborted while handlers run: how often logger.info was called at the end");
  });

  test("the figures are there too, when the signal is aborted beforehand", async () => {
    const controller = new AbortController();
    controller.abort();
    const { loop } = runOf({ ...mixed, options: { signal: controller.signal } });
    await settled(loop);
    const { processed, failed, averageMs } = (loop.value ?? {}) as Stats;
    const did = "processForever(…) with a signal that is aborted beforehand";
    same({ processed, failed, averageMs }, { processed: 0, failed: 0, averageMs: 0 }, did);
  });

  test("one logger.info too, when the signal is aborted beforehand", async () => {
    const controller = new AbortController();
    controller.abort();
    const { loop, logged } = runOf({ ...mixed, options: { signal: controller.signal } });
    await settled(loop);
    same(
      logged.info,
      1,
      "processForever(…) with a signal that is aborted beforehand: how often logger.info was called",
    );
  });

  test("one logger.info too, when the source rejects", async () => {
    const batches = [["a"], new Error("the queue is gone")];
    const { loop, logged } = runOf({ script: { batches, roundTripMs: 10, atTheEnd: "nothing" } });
    await settled(loop);
    same(logged.info, 1, "processForever(…) with a source that rejects: how often logger.info was called", {
      "reports-only-good-ends": 0,
    });
  });

  for (const [how, options] of [
    ["without onError", {}],
    ["with onError", { onError: () => {} }],
  ] as const) {
    test(`one logger.error for each handler that failed, ${how}`, async () => {
      const script: SourceScript<string> = { batches: [["a", "b", "c"], ["d"]], roundTripMs: 10, atTheEnd: "nothing" };
      const workOf = (message: string): Work => {
        if (message === "b") return {};
        const error = new Error(`no ${message}`);
        return message === "d" ? { throws: error } : { rejectsWith: error };
      };
      const { controller, loop, logged } = runOf({ script, workOf, options });
      await abortAfter(1500, controller);
      await settled(loop);
      const did = `processForever(…) ${how}, with four handlers of which three fail: how often logger.error was called`;
      same(logged.error, 3, did);
    });
  }

  test("without a logger it writes to console, as it is when it is called", async () => {
    const real = { info: console.info, error: console.error };
    const logged = { info: 0, error: 0 };
    console.info = () => void logged.info++;
    console.error = () => void logged.error++;
    try {
      const controller = new AbortController();
      const source = new ScriptedSource(mixed.script);
      const diary = new Diary<string>(mixed.workOf);
      const loop = call("processForever(…)", () =>
        given.processForever(source, diary.handle, { signal: controller.signal }),
      );
      await abortAfter(1500, controller);
      await settled(loop);
    } finally {
      Object.assign(console, real);
    }
    same(
      logged,
      { info: 1, error: 1 },
      "processForever(…) without a logger, one handler failing: the calls of console.info and console.error",
      {
        "looks-console-up-too-early": { info: 0, error: 0 },
      },
    );
  });
});
