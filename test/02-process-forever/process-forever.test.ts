// What lesson 02 asks for of the loop itself: tasks 02.1 to 02.4. Read in order, the names are its
// specification. The stretch tasks are in `report.test.ts`.

import { getEventListeners } from "node:events";
import { describe, test } from "vitest";
import { claim, rejectedWith, resolved, same } from "../support/claims.ts";
import { CheckFailure } from "../support/failure.ts";
import { lesson } from "../support/lesson.ts";
import { type Call, call, happens, letSettle, note, pass, settled } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";
import { abortAfter, Diary, Rejection, ScriptedSource, type Work } from "./scene.ts";

const given = lesson(() => import("#lesson/02-process-forever/process-forever.ts"));

/** Every run of these suites logs to nobody: what the learner prints is their own. */
const silent = { info: () => {}, error: () => {} };

interface RunOptions {
  batchSize?: number;
  pollIntervalMs?: number;
  onError?: (error: unknown, message: unknown) => void;
  controller?: AbortController;
}

function run<T>(
  source: ScriptedSource<T>,
  handler: (message: T) => void | Promise<void>,
  options: RunOptions = {},
): Call<unknown> {
  const { controller = new AbortController(), ...rest } = options;
  const all = { ...rest, signal: controller.signal, logger: silent };
  return call("processForever(…)", () => given.processForever(source, handler, all));
}

/** The source has been asked for the `number`th time; a loop that ends before fails here. */
async function asked(
  source: ScriptedSource<unknown>,
  number: number,
  loop: Call<unknown>,
  misconception?: string,
): Promise<void> {
  const details = { about: "processForever", misconception };
  await happens(`receiveBatch number ${number}`, () => source.asks.length >= number || loop.isSettled, details);
  if (source.asks.length >= number) return;
  const did = `processForever(…), before receiveBatch number ${number}`;
  throw new CheckFailure(
    loop.state === "resolved"
      ? `${did}: expected it to go on, but it resolved`
      : `${did}: expected it to go on, but it rejected with ${show(loop.reason)}`,
    { ...details, cause: loop.reason },
  );
}

describe("02.1", () => {
  test("it asks the source for batchSize messages, every time", async () => {
    const source = new ScriptedSource({ batches: [["a", "b", "c"], ["d"], ["e"]] });
    const loop = run(source, () => {}, { batchSize: 3 });
    await asked(source, 4, loop);
    const sizes = source.asks.map((ask) => ask.batchSize);
    same(sizes, [3, 3, 3, 3], "processForever(…) with batchSize 3: the sizes that receiveBatch was asked for");
  });

  test("batchSize is 5 where it is left out", async () => {
    const source = new ScriptedSource({ batches: [["a"]] });
    const loop = run(source, () => {});
    await asked(source, 2, loop);
    same(
      source.asks[0]?.batchSize,
      5,
      "processForever(…) without batchSize: the size that receiveBatch was asked for",
      {},
      "processForever",
    );
  });

  test("the handler is called once for each message", async () => {
    const source = new ScriptedSource({ batches: [["a", "b", "c"], ["d"], ["e", "f"]] });
    const diary = new Diary<string>();
    const loop = run(source, diary.handle);
    await asked(source, 4, loop);
    same(
      [...diary.messages].sort(),
      ["a", "b", "c", "d", "e", "f"],
      "processForever(…) with the batches a b c, d, e f: the messages that the handler was called with",
    );
  });

  test("0, '', null and false are messages like any other", async () => {
    const messages = [0, "", null, false];
    const source = new ScriptedSource<unknown>({ batches: [messages, [0]] });
    const diary = new Diary<unknown>();
    const loop = run(source, diary.handle);
    await asked(source, 3, loop);
    const missed = messages.filter((message) => !diary.messages.includes(message));
    same(
      missed,
      [],
      "processForever(…) with the batches 0 '' null false, 0: the messages that no handler saw",
      {
        "skips-falsy-messages": (seen) => seen.length > 0,
      },
      "processForever",
    );
    same(
      diary.begun.length,
      5,
      "processForever(…) with the batches 0 '' null false, 0: how often the handler was called",
    );
  });

  test("messages that look alike are all handled", async () => {
    const source = new ScriptedSource({ batches: [["a", "a", "b"], ["a"]] });
    const diary = new Diary<string>();
    const loop = run(source, diary.handle);
    await asked(source, 3, loop);
    const did = "processForever(…) with the batches a a b, a: the messages that the handler was called with";
    same([...diary.messages].sort(), ["a", "a", "a", "b"], did);
  });

  test("a message is handed to the handler as it came, whatever it is", async () => {
    const batch = [["a", "b"], { id: 1 }, () => "c"];
    const source = new ScriptedSource<unknown>({ batches: [batch] });
    const diary = new Diary<unknown>();
    const loop = run(source, diary.handle);
    await asked(source, 2, loop);
    const did = "processForever(…) with a batch of an array, an object and a function";
    same(diary.begun.length, 3, `${did}: how often the handler was called`);
    claim(
      batch.every((message) => diary.messages.includes(message)),
      `${did}: expected the handler to get the very same three, it got ${show(diary.messages)}`,
    );
  });

  test("a handler that returns nothing is as good as an async one", async () => {
    const source = new ScriptedSource({ batches: [["a", "b"], ["c"]] });
    const seen: string[] = [];
    const loop = run(source, (message) => void seen.push(message));
    await asked(source, 3, loop);
    same(
      seen.sort(),
      ["a", "b", "c"],
      "processForever(…) with a handler that returns nothing: the messages that it was called with",
    );
  });

  test("all handlers of a batch run at the same time", async () => {
    const batch = ["a", "b", "c", "d", "e", "f", "g", "h"];
    const source = new ScriptedSource({ batches: [batch] });
    const diary = new Diary<string>(() => ({ takesMs: 100 }));
    run(source, diary.handle, { batchSize: 8 });
    await happens("the eighth handler of a batch of eight", () => diary.begun.length >= 8, { about: "processForever" });
    const begunAtMs = diary.begun.map((entry) => entry.atMs);
    same(
      begunAtMs,
      batch.map(() => 0),
      "processForever(…) with a batch of eight, 100 ms of work each: when the handlers began, in ms",
      { "one-after-the-other": batch.map((_message, index) => 100 * index) },
    );
  });

  test("the next batch is asked for only when the whole batch has settled", async () => {
    const source = new ScriptedSource({ batches: [["a", "b", "c"], ["d"]] });
    const takesMs: Record<string, number> = { a: 50, b: 200, c: 10 };
    const diary = new Diary<string>((message) => ({ takesMs: takesMs[message] ?? 0 }));
    const loop = run(source, diary.handle);
    await asked(source, 2, loop);
    const askedAtMs = source.askedAtMs[1] ?? 0;
    const stillAtWork = ["a", "b", "c"].filter(
      (message) => !diary.ended.some((entry) => entry.message === message && entry.atMs <= askedAtMs),
    );
    claim(
      stillAtWork.length === 0,
      `processForever(…) with a batch whose handlers take 50, 200 and 10 ms: expected the next receiveBatch when all three have ended, but it came at ${askedAtMs} ms, with ${stillAtWork.join(", ")} still at work`,
      stillAtWork.length === 3 ? "does-not-wait-for-the-batch" : undefined,
      "processForever",
    );
  });

  test("the next batch is asked for as soon as the whole batch has settled", async () => {
    const source = new ScriptedSource({ batches: [["a"], ["b", "c"], ["d"]] });
    const diary = new Diary<string>(() => ({ takesMs: 40 }));
    const loop = run(source, diary.handle, { pollIntervalMs: 700 });
    await asked(source, 4, loop);
    const endedAtMs = ["a", "c", "d"].map((message) => diary.ended.find((entry) => entry.message === message)?.atMs);
    same(
      source.askedAtMs.slice(1),
      endedAtMs as number[],
      "processForever(…) with three batches in a row: when it asked again, in ms",
      {
        "waits-between-batches": (seen) => (seen[0] ?? 0) >= 700,
      },
      "processForever",
    );
  });

  test("there is never more than one receive under way", async () => {
    const source = new ScriptedSource({ batches: [["a"], ["b"], ["c"]], roundTripMs: 30 });
    const diary = new Diary<string>(() => ({ takesMs: 50 }));
    const loop = run(source, diary.handle);
    await asked(source, 4, loop);
    same(
      source.mostUnderWay,
      1,
      "processForever(…): the most receiveBatch calls under way at the same time",
      {},
      "processForever",
    );
  });
});

describe("02.2", () => {
  test("after an empty batch it waits pollIntervalMs before it asks again", async () => {
    const source = new ScriptedSource({ batches: [[], [], []] });
    const loop = run(source, () => {}, { pollIntervalMs: 250 });
    await askedAt(source, loop, [0, 250, 500, 750], "pollIntervalMs 250 and nothing in the queue");
  });

  test("pollIntervalMs is 1000 where it is left out", async () => {
    const source = new ScriptedSource({ batches: [[], []] });
    const loop = run(source, () => {});
    await askedAt(source, loop, [0, 1000, 2000], "no pollIntervalMs and nothing in the queue");
  });

  test("the wait begins when the empty batch has come, not when it was asked for", async () => {
    const source = new ScriptedSource({ batches: [[], []], roundTripMs: 200 });
    const loop = run(source, () => {}, { pollIntervalMs: 250 });
    await askedAt(source, loop, [0, 450, 900], "pollIntervalMs 250 and round trips of 200 ms", "waits-from-the-ask");
  });

  test("it waits after every empty batch, also after one that follows work", async () => {
    const source = new ScriptedSource({ batches: [[], ["a"], [], ["b"], []] });
    const diary = new Diary<string>();
    const loop = run(source, diary.handle, { pollIntervalMs: 250 });
    await asked(source, 6, loop, "stops-when-empty");
    const gaps = [1, 3, 5].map((index) => (source.askedAtMs[index] ?? 0) - (source.askedAtMs[index - 1] ?? 0));
    claim(
      gaps.every((gap) => isAbout(gap, 250)),
      `processForever(…) with pollIntervalMs 250: expected 250 ms between each empty batch and the next receiveBatch, got ${show(gaps)} ms`,
      gaps.every((gap) => gap === 0) ? "busy-loop" : undefined,
    );
  });

  test("an empty queue does not end it: a message that comes later is handled", async () => {
    const source = new ScriptedSource<string>({ batches: [[], [], [], [], [], [], ["late"]], roundTripMs: 10 });
    const diary = new Diary<string>();
    const loop = run(source, diary.handle, { pollIntervalMs: 100 });
    await asked(source, 8, loop, "stops-when-empty");
    same(
      diary.messages,
      ["late"],
      "processForever(…) with six empty batches, then 'late': the messages that the handler was called with",
    );
  });
});

/** Asked for at these instants, give or take what a timer may add. */
async function askedAt(
  source: ScriptedSource<unknown>,
  loop: Call<unknown>,
  expectedMs: number[],
  given: string,
  ifEarly?: string,
): Promise<void> {
  await asked(source, expectedMs.length, loop, "stops-when-empty");
  const seenMs = source.askedAtMs.slice(0, expectedMs.length);
  const isFine = seenMs.every((ms, index) => isAbout(ms, expectedMs[index] ?? 0));
  const tell = (seenMs[1] ?? 0) < 150 && source.asks.length > 1 ? "busy-loop" : ifEarly;
  claim(
    isFine,
    `processForever(…) with ${given}: expected receiveBatch at ${show(expectedMs)} ms, got ${show(seenMs)} ms`,
    isBusy(source) ? "busy-loop" : tell,
  );
}

function isBusy(source: ScriptedSource<unknown>): boolean {
  return source.asks.length > 1 && (source.askedAtMs[1] ?? 0) === (source.askedAtMs[0] ?? 0);
}

function isAbout(seenMs: number, expectedMs: number): boolean {
  return seenMs >= expectedMs && seenMs <= expectedMs + 20;
}

describe("02.3", () => {
  test("a signal that is aborted beforehand: no receive at all", async () => {
    const source = new ScriptedSource({ batches: [["a"]], roundTripMs: 10 });
    const controller = new AbortController();
    note("signal", "is aborted beforehand");
    controller.abort();
    const loop = run(source, () => {}, { controller });
    await letSettle();
    same(
      source.asks.length,
      0,
      "processForever(…) with a signal that is aborted beforehand: how often receiveBatch was called",
      {
        "looks-at-the-signal-too-late": (seen) => seen > 0,
      },
    );
    await settled(loop);
    resolved(loop, "processForever(…) with a signal that is aborted beforehand", "it to resolve", "rejects-on-abort");
  });

  test("an abort ends the wait for the next poll at once", async () => {
    const source = new ScriptedSource({ batches: [[]], roundTripMs: 10, atTheEnd: "nothing" });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller, pollIntervalMs: 20_000 });
    await abortAfter(4003, controller);
    await stopped(
      loop,
      4003,
      "processForever(…), aborted at 4003 ms while it waits 20,000 ms for the next poll",
      "sleeps-through-the-abort",
    );
    same(
      source.asks.length,
      1,
      "processForever(…), aborted while it waits for the next poll: how often receiveBatch was called",
    );
  });

  test("an abort while handlers run: they are awaited, and nothing more is received", async () => {
    const source = new ScriptedSource({ batches: [["a", "b"], ["c"]], roundTripMs: 10 });
    const diary = new Diary<string>((message) => ({ takesMs: message === "a" ? 100 : 30_000 }));
    const controller = new AbortController();
    const loop = run(source, diary.handle, { controller });
    await abortAfter(50, controller);
    await settled(loop);
    const ended = diary.ended.map((entry) => entry.message);
    same(
      ended.filter((message) => message !== "c"),
      ["a", "b"],
      "processForever(…), aborted while a and b are at work: the messages whose handler had ended when it resolved",
      {
        "abandons-running-handlers": (seen) => seen.length < 2,
      },
    );
    same(
      source.asks.length,
      1,
      "processForever(…), aborted while a and b are at work: how often receiveBatch was called",
      {
        "looks-at-the-signal-too-late": (seen) => seen > 1,
      },
    );
    resolved(loop, "processForever(…), aborted while a and b are at work", "it to resolve", "rejects-on-abort");
  });

  test("an abort while a batch is on its way: the batch is handled, all of it", async () => {
    const source = new ScriptedSource({ batches: [["a", "b", "c"], ["d"]], roundTripMs: 100 });
    const diary = new Diary<string>(() => ({ takesMs: 30 }));
    const controller = new AbortController();
    const loop = run(source, diary.handle, { controller });
    await abortAfter(40, controller);
    await settled(loop);
    await pass(500);
    const ended = diary.ended.map((entry) => entry.message).filter((message) => message !== "d");
    same(
      ended.sort(),
      ["a", "b", "c"],
      "processForever(…), aborted while the batch a b c is on its way: the messages that were handled",
      {
        "drops-the-batch-on-its-way": [],
      },
    );
    same(
      source.asks.length,
      1,
      "processForever(…), aborted while a batch is on its way: how often receiveBatch was called",
    );
    resolved(loop, "processForever(…), aborted while a batch is on its way", "it to resolve", "rejects-on-abort");
    const endMs = diary.ended.find((entry) => entry.message === "c")?.atMs ?? 0;
    claim(
      (loop.settledAtMs ?? 0) >= endMs,
      `processForever(…), aborted while a batch is on its way: expected it to resolve when the batch is done, at ${endMs} ms, but it did at ${loop.settledAtMs} ms`,
      "drops-the-batch-on-its-way",
    );
  });

  test("a receive that is under way is waited for, however long it takes", async () => {
    const source = new ScriptedSource({ batches: [["late"]], roundTripMs: 10_000 });
    const diary = new Diary<string>();
    const controller = new AbortController();
    const loop = run(source, diary.handle, { controller });
    await abortAfter(10, controller);
    await pass(9_000);
    claim(
      !loop.isSettled,
      "processForever(…), aborted while a receive is under way: expected it to wait for the batch, but it ended before the batch had come",
      "drops-the-batch-on-its-way",
    );
    await settled(loop);
    same(
      diary.messages,
      ["late"],
      "processForever(…), aborted while a receive of 10 s is under way: the messages that were handled",
      { "drops-the-batch-on-its-way": [] },
    );
  });

  test("an empty batch that was on its way is not followed by a wait", async () => {
    const source = new ScriptedSource({ batches: [[]], roundTripMs: 100, atTheEnd: "nothing" });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller, pollIntervalMs: 20_000 });
    await abortAfter(40, controller);
    await stopped(
      loop,
      100,
      "processForever(…), aborted at 40 ms while an empty batch is on its way, which comes at 100 ms",
      "sleeps-through-the-abort",
    );
    same(
      source.asks.length,
      1,
      "processForever(…), aborted while an empty batch is on its way: how often receiveBatch was called",
    );
  });

  test("a handler may abort: the rest of its batch is handled, and no more", async () => {
    const source = new ScriptedSource({ batches: [["a", "b", "c"], ["d"]], roundTripMs: 10 });
    const controller = new AbortController();
    const diary = new Diary<string>(() => {
      controller.abort();
      return { takesMs: 20 };
    });
    const loop = run(source, diary.handle, { controller });
    await settled(loop);
    await pass(500);
    const ended = diary.ended.map((entry) => entry.message).sort();
    same(
      ended,
      ["a", "b", "c"],
      "processForever(…), aborted by the first handler of the batch a b c: the messages that were handled",
      {
        "drops-the-batch-on-its-way": (seen) => seen.length < 3,
        "looks-at-the-signal-too-late": (seen) => seen.length > 3,
      },
    );
    resolved(loop, "processForever(…), aborted by a handler", "it to resolve", "rejects-on-abort");
  });

  test("no abort listener is left on the signal when an abort has ended it", async () => {
    const source = new ScriptedSource({ batches: [[], ["a"], []], roundTripMs: 10, atTheEnd: "nothing" });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller, pollIntervalMs: 200 });
    await abortAfter(300, controller);
    await settled(loop);
    leavesNoListener(controller, "processForever(…), ended by an abort during the poll wait");
  });

  test("no abort listener is left on the signal when a source that rejects has ended it", async () => {
    const source = new ScriptedSource({ batches: [[], ["a"], new Error("the queue is gone")], roundTripMs: 10 });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller, pollIntervalMs: 200 });
    await pass(1000);
    // Whether it ends is what 02.4 judges.
    if (!loop.isSettled) return;
    leavesNoListener(controller, "processForever(…), ended by a source that rejects");
  });

  test("polling leaves no abort listeners behind, one a poll", async () => {
    const source = new ScriptedSource({ batches: [], roundTripMs: 10, atTheEnd: "nothing" });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller, pollIntervalMs: 50 });
    await asked(source, 3, loop);
    const early = listenersOn(controller);
    await asked(source, 40, loop);
    const late = listenersOn(controller);
    claim(
      late <= early,
      `processForever(…): ${early} abort listeners were on the signal at the third receiveBatch, and ${late} at the fortieth`,
      "leaves-listeners",
    );
  });

  test("work leaves no abort listeners behind, one a batch", async () => {
    const source = new ScriptedSource({ batches: Array.from({ length: 40 }, () => ["a"]), roundTripMs: 10 });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller });
    await asked(source, 3, loop);
    const early = listenersOn(controller);
    await asked(source, 40, loop);
    const late = listenersOn(controller);
    const seen = `${early} abort listeners were on the signal at the third receiveBatch, and ${late} at the fortieth`;
    claim(late <= early, `processForever(…): ${seen}`, "leaves-listeners");
  });

  test("no timer is left running when a source that rejects has ended it", async () => {
    const source = new ScriptedSource<string>({
      batches: [[], ["a"], new Error("the queue is gone")],
      roundTripMs: 10,
    });
    const loop = run(source, () => {}, { pollIntervalMs: 200 });
    await pass(1000);
    // Whether it ends is what 02.4 judges.
    if (!loop.isSettled) return;
    await letSettle();
    const did = "processForever(…), ended by a source that rejects";
    claim(
      clock.timers.referencedCount === 0,
      `${did}: expected no timer left, but one still keeps the process alive`,
      "leaves-a-timer",
    );
  });

  test("no timer is left running when an abort has ended it", async () => {
    const source = new ScriptedSource({ batches: [[], ["a"]], roundTripMs: 10, atTheEnd: "nothing" });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller, pollIntervalMs: 2_000 });
    await abortAfter(2_500, controller);
    await settled(loop);
    await letSettle();
    claim(
      clock.timers.referencedCount === 0,
      "processForever(…), aborted while it waits for the next poll: expected no timer left, but one still keeps the process alive",
      "leaves-a-timer",
    );
  });
});

async function stopped(loop: Call<unknown>, atMs: number, did: string, misconception: string): Promise<void> {
  await settled(loop);
  resolved(loop, did, "it to resolve", "rejects-on-abort");
  const endedAtMs = loop.settledAtMs ?? 0;
  claim(endedAtMs < atMs + 1, `${did}: expected it to resolve at ${atMs} ms, it did at ${endedAtMs} ms`, misconception);
}

function leavesNoListener(controller: AbortController, did: string): void {
  const left = listenersOn(controller);
  claim(left === 0, `${did}: expected no abort listener left on the signal, got ${left}`, "leaves-listeners");
}

function listenersOn(controller: AbortController): number {
  return getEventListeners(controller.signal, "abort").length;
}

describe("02.4", () => {
  const late = new Error("the printer is on fire");

  /** Runs the batch `bad good`, then `next`, with `bad` failing as told. */
  async function withABadMessage(work: Work, onError?: RunOptions["onError"]) {
    const source = new ScriptedSource({ batches: [["bad", "good"], ["next"]] });
    const diary = new Diary<string>((message) =>
      message === "bad" ? work : { takesMs: message === "good" ? 100 : 0 },
    );
    const loop = run(source, diary.handle, onError ? { onError } : {});
    const isDone = (message: string) => diary.ended.some((entry) => entry.message === message);
    await happens(
      "the end of the batch after one with a bad message",
      () => (isDone("good") && isDone("next")) || loop.isSettled,
      { about: "processForever" },
    );
    await letSettle();
    return { source, diary, loop };
  }

  for (const [how, work, misconception] of [
    ["rejects", { takesMs: 10, rejectsWith: late }, "first-error-ends-it"],
    ["throws synchronously", { throws: late }, "misses-a-synchronous-throw"],
  ] as const) {
    test(`a handler that ${how} stops neither its batch nor the loop`, async () => {
      const { diary, loop } = await withABadMessage(work, () => {});
      claim(
        !loop.isSettled,
        `processForever(…) with a handler that ${how}: expected it to go on, but it ${loop.state === "rejected" ? `rejected with ${show(loop.reason)}` : "ended"}`,
        misconception,
      );
      same(
        [...diary.messages].sort(),
        ["bad", "good", "next"],
        `processForever(…) with a handler that ${how}: the messages that were begun`,
        { [misconception]: (seen: string[]) => seen.length < 3 },
      );
      same(diary.ended.length, 3, `processForever(…) with a handler that ${how}: how many handlers have ended`);
    });

    test(`a handler that ${how}: onError is called once, with the error and the message`, async () => {
      const told: unknown[][] = [];
      await withABadMessage(work, (...args) => told.push(args));
      same(told.length, 1, `processForever(…) with a handler that ${how}: how often onError was called`, {
        [how === "rejects" ? "tells-nobody" : misconception]: 0,
      });
      const [error, message] = told[0] ?? [];
      claim(
        Object.is(error, late),
        `processForever(…) with a handler that ${how}: expected onError to get its error, ${show(late)}, got ${show(error)}`,
        undefined,
        "processForever",
      );
      same(message, "bad", `processForever(…) with a handler that ${how}: the message that onError was called with`);
    });

    test(`a handler that ${how} does no harm where there is no onError`, async () => {
      const { diary, loop } = await withABadMessage(work);
      claim(
        !loop.isSettled,
        `processForever(…) without onError and with a handler that ${how}: expected it to go on, but it ${loop.state === "rejected" ? `rejected with ${show(loop.reason)}` : "ended"}`,
        "needs-onerror",
      );
      same(
        diary.ended.length,
        3,
        `processForever(…) without onError and with a handler that ${how}: how many handlers have ended`,
        { "needs-onerror": () => true },
      );
    });
  }

  test("the whole batch is awaited, however early one of it fails", async () => {
    const { source, diary } = await withABadMessage({ takesMs: 10, rejectsWith: late }, () => {});
    const goodEndedAtMs = diary.ended.find((entry) => entry.message === "good")?.atMs ?? 0;
    claim(
      (source.askedAtMs[1] ?? 0) >= goodEndedAtMs,
      `processForever(…) with a handler that fails at 10 ms beside one that ends at ${goodEndedAtMs} ms: expected the next receiveBatch at ${goodEndedAtMs} ms, it came at ${source.askedAtMs[1]} ms`,
      "goes-on-at-the-first-error",
      "processForever",
    );
  });

  test("every failure of a batch is told, each with its own message", async () => {
    const source = new ScriptedSource({ batches: [["a", "b", "c"], ["d"]] });
    const errors = new Map(["a", "c", "d"].map((message) => [message, new Error(`no ${message}`)]));
    const diary = new Diary<string>((message) => (errors.has(message) ? { rejectsWith: errors.get(message) } : {}));
    const told = new Map<unknown, unknown>();
    const loop = run(source, diary.handle, { onError: (error, message) => told.set(message, error) });
    await asked(source, 3, loop, "first-error-ends-it");
    await letSettle();
    same(
      [...told.keys()].sort(),
      ["a", "c", "d"],
      "processForever(…) with handlers that fail for a, c and d: the messages that onError was called with",
      {
        "tells-only-the-first": (seen) => seen.length > 0 && seen.length < 3,
      },
    );
    claim(
      [...errors].every(([message, error]) => told.get(message) === error),
      "processForever(…) with handlers that fail for a, c and d: expected onError to get the error of that very message, but it got another one's",
      undefined,
    );
  });

  test("however many fail, it goes on", async () => {
    const batches = Array.from({ length: 30 }, (_, batch) => [`a${batch}`, `b${batch}`]);
    const source = new ScriptedSource({ batches });
    const diary = new Diary<string>(() => ({ rejectsWith: late }));
    const loop = run(source, diary.handle, { onError: () => {} });
    await asked(source, 31, loop, "first-error-ends-it");
    same(diary.begun.length, 60, "processForever(…) with 60 messages that all fail: how often the handler was called");
  });

  for (const reason of [undefined, null, 0, "no"]) {
    test(`a handler that rejects with ${show(reason)} has failed like any other`, async () => {
      const told: unknown[][] = [];
      const { diary } = await withABadMessage({ rejectsWith: reason }, (...args) => told.push(args));
      same(
        told.map((args) => args.slice(0, 2)),
        [[reason, "bad"]],
        `processForever(…) with a handler that rejects with ${show(reason)}: what onError was called with`,
        {
          "only-errors-count": (seen) => seen.length === 0 && reason !== "no",
        },
      );
      same(
        diary.ended.length,
        3,
        `processForever(…) with a handler that rejects with ${show(reason)}: how many handlers have ended`,
      );
    });
  }

  test("a source that rejects ends it, with that error", async () => {
    const gone = new Error("the queue is gone");
    const source = new ScriptedSource<string>({ batches: [["a"], gone], roundTripMs: 10, atTheEnd: "nothing" });
    const loop = run(source, () => {}, { onError: () => {} });
    await happens(
      "the end of processForever(…), after its source has rejected",
      () => loop.isSettled || source.asks.length > 2,
      { about: "processForever", misconception: "swallows-source-errors" },
    );
    rejectedWith(
      gone,
      loop,
      `processForever(…) with a source that rejects with ${show(gone)}`,
      "swallows-source-errors",
    );
  });

  for (const reason of [undefined, null, 0, ""]) {
    test(`a source that rejects with ${show(reason)} ends it all the same`, async () => {
      const source = new ScriptedSource<string>({
        batches: [new Rejection(reason)],
        roundTripMs: 10,
        atTheEnd: "nothing",
      });
      const loop = run(source, () => {});
      const isOver = () => loop.isSettled || source.asks.length > 2;
      await happens("the end of processForever(…), after its source has rejected", isOver, { about: "processForever" });
      rejectedWith(
        reason,
        loop,
        `processForever(…) with a source that rejects with ${show(reason)}`,
        "only-errors-count",
      );
    });
  }

  test("a source that rejects after an abort ends it with that error too", async () => {
    const gone = new Error("the queue is gone");
    const source = new ScriptedSource<string>({ batches: [gone], roundTripMs: 100, atTheEnd: "nothing" });
    const controller = new AbortController();
    const loop = run(source, () => {}, { controller });
    await abortAfter(40, controller);
    await settled(loop);
    rejectedWith(
      gone,
      loop,
      `processForever(…), aborted while a receive is under way that rejects with ${show(gone)}`,
      "takes-any-error-for-the-abort",
    );
  });
});
