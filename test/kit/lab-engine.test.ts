// The lab's engine, on small scenes of its own: what a run records, how it ends where the code does not let
// it, and what it sees of broken promises.

import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Heartbeat } from "../../scripts/lab/heartbeat.ts";
import { doesNotLoad, neverReturns } from "../../scripts/lab/problem.ts";
import { eventsOf } from "../../scripts/lab/reading.ts";
import { runLab } from "../../scripts/lab/run.ts";
import { formatted } from "../../scripts/lab/shown.ts";
import type { Happening, Stage } from "../../scripts/lab/stage.ts";
import { Buffer as BufferOfTheLab } from "../../scripts/lab/worker/buffer.ts";
import { realPause } from "../support/virtual-time/clock.ts";
import { clock } from "../support/virtual-time/install.ts";
import { labWith, order, recordingOf, run, type Scene } from "./lab-scenes.ts";

describe("a run", () => {
  test("takes its whole time, also where nothing happens", async () => {
    const { durationMs, events, problem, problemKind } = await run(() => {});
    expect({ durationMs, events, problem, problemKind }).toEqual({
      durationMs: 10_000,
      events: [],
      problem: null,
      problemKind: undefined,
    });
  });

  test("notes what happens with the time of the lab, and nothing after its end", async () => {
    const { events } = await run(async (_given, stage) => {
      stage.signal.addEventListener("abort", () => stage.note({ kind: "says", text: "too late" }));
      for (;;) {
        await stage.wait(4_000);
        stage.note({ kind: "says", text: `${stage.nowMs} ms` });
      }
    });
    expect(events).toEqual([
      { kind: "says", text: "4000 ms", atMs: 4_000 },
      { kind: "says", text: "8000 ms", atMs: 8_000 },
    ]);
  });

  test("has the knobs' usual values, and dice with a sequence for each name", async () => {
    const thrown = async (seed: number, names: readonly string[]) => {
      const numbers: Record<string, number> = {};
      await run(
        (_given, stage) => {
          expect(stage.knobs).toEqual({ speed: 3 });
          for (const name of names) numbers[name] = stage.random(name);
        },
        () => {},
        seed,
      );
      return numbers;
    };
    const alone = await thrown(1, ["Ada"]);
    expect((await thrown(1, ["Bob", "Ada"])).Ada).toBe(alone.Ada);
    expect((await thrown(2, ["Ada"])).Ada).not.toBe(alone.Ada);
    expect(alone.Ada).toSatisfy((number: number) => number >= 0 && number < 1);
  });

  test("asks for the counts whenever all has come to rest, and notes what has changed", async () => {
    let waiting = 0;
    const { events } = await run(async (_given, stage) => {
      for (const happening of [...order(1), ...order(2)]) stage.note(happening);
      stage.counts(() => ({ waiting }));
      await stage.wait(2_000);
      waiting = 5;
      await Promise.resolve();
      waiting = 1;
    });
    expect(events.filter(({ kind }) => kind === "counts")).toEqual([
      { kind: "counts", waiting: 0, atMs: 0 },
      { kind: "counts", waiting: 1, atMs: 2_000 },
    ]);
  });

  test("keeps what is printed, and gives the console back", async () => {
    const { log } = console;
    const { printed } = await run(async (_given, stage) => {
      await stage.wait(500);
      console.log("took %s", "m1", { count: 2 });
    });
    expect(printed).toEqual([{ atMs: 500, text: "took m1 { count: 2 }" }]);
    expect(console.log).toBe(log);
  });

  test("waits offstage for real work, for 50 ms at most", async () => {
    const { events } = await run(async (_given, stage) => {
      await stage.offstage(realPause(10));
      stage.note({ kind: "says", text: "short" });
      await stage.offstage(realPause(2_000));
      stage.note({ kind: "says", text: "endless" });
    });
    expect(events).toEqual([{ kind: "says", text: "short", atMs: 0 }]);
  });

  test("tells in heartbeats all that it records, and of each call before it is made", async () => {
    const heartbeats: Heartbeat[] = [];
    const recording = await run(
      async (_given, stage) => {
        stage.cast({ producers: [], consumers: ["Ada"], capacity: 3 });
        stage.note({ kind: "asks", by: "Ada" });
        await stage.calls("Ada: receive()", () => sleep(3_000));
        stage.note({ kind: "nothing", by: "Ada" });
        console.log("done");
      },
      (heartbeat) => heartbeats.push(heartbeat),
    );
    expect(heartbeats.flatMap(({ events }) => events)).toEqual(recording.events);
    expect(heartbeats.flatMap(({ printed }) => printed)).toEqual(recording.printed);
    expect(heartbeats.flatMap(({ cast }) => cast ?? [])).toEqual([{ producers: [], consumers: ["Ada"], capacity: 3 }]);
    expect(heartbeats[0]?.calling).toEqual({ what: "Ada: receive()", atMs: 0 });
    expect(heartbeats.at(-1)).toMatchObject({ atMs: 10_000, calling: null });
  });
});

describe("a run that ends early", () => {
  const ended = async (scene: Scene) => {
    const { durationMs, problem, problemKind } = await run(scene);
    return { durationMs, problem, problemKind };
  };

  test("at what is not written yet, which is no failure", async () => {
    const scene = async (_given: object, stage: Stage) => {
      await stage.wait(100);
      throw new Error("Not written yet: receive");
    };
    const problem = "`receive` is not written yet.";
    expect(await ended(scene)).toEqual({ durationMs: 100, problem, problemKind: "todo" });
  });

  test.each<[string, (stage: Stage) => void]>([
    ["by the scene", () => fail()],
    ["in a timer", () => void setTimeout(fail, 0)],
    ["in a microtask", () => queueMicrotask(fail)],
    ["in the background", () => void Promise.resolve().then(fail)],
    ["when its size is asked for", (stage) => stage.counts(fail)],
  ])("at an error that is thrown %s", async (_where, make) => {
    const scene = async (_given: object, stage: Stage) => {
      await stage.wait(2_299);
      make(stage);
    };
    const { problem, problemKind } = await ended(scene);
    expect(problem).toBe("At 2.3 s the code threw TypeError: no such queue.");
    expect(problemKind).toBe("failed");
  });

  test("in a loop that lets no time pass", async () => {
    const spin = async () => {
      for (;;) await new Promise((resolve) => setImmediate(resolve));
    };
    const { problem, problemKind } = await ended((_given, stage) => stage.calls("Bob: receive()", spin));
    expect(problem).toMatch(/^At 0\.0 s the code went round .* after `receive\(\)`, called by Bob at 0\.0 s\. It was/);
    expect(problemKind).toBe("stopped");
  });

  test("where timers are set without end", async () => {
    const lab = {
      ...labWith(async (_given, stage) => await stage.calls("Bob: get()", () => polls(stage))),
      durationMs: 60_000,
    };
    const { problem, problemKind, durationMs } = await runLab(lab, {}, { settings: {}, seed: 1 }, clock, () => {});
    expect(problem).toMatch(/^By 30\.0 s 30,000 timers had fired after `get\(\)`, called by Bob at 0\.0 s\. The run/);
    expect({ problemKind, durationMs }).toEqual({ problemKind: "stopped", durationMs: 30_000 });
  });

  test("where more happens than a recording has room for", async () => {
    const { problem, problemKind } = await ended(async (_given, stage) => {
      for (;;) {
        for (let item = 0; item < 100; item++) stage.note({ kind: "says", text: "ping" });
        await stage.wait(10);
      }
    });
    expect(problem).toMatch(/^By 2\.0 s 20,000 things had happened/);
    expect(problemKind).toBe("stopped");
  });

  test("in the words of the page: never back, never loaded", () => {
    expect(neverReturns(2_300, 1_000, { what: "Bob: receive()", atMs: 2_300 }).text).toBe(
      "`receive()`, called by Bob at 2.3 s, has not come back for 1 s: it was stopped. Is there a loop without an `await`, or one that awaits what is there already?",
    );
    expect(doesNotLoad(new TypeError("Failed to fetch dynamically imported module: http://…/queue.ts")).text).toBe(
      "Your file does not load: it, or a file that it imports, cannot be compiled. The verdict says more.",
    );
    expect(doesNotLoad(new ReferenceError("Limit is not defined")).text).toBe(
      "Your file does not load: Limit is not defined. The verdict says more.",
    );
  });
});

describe("broken promises that any lab sees", () => {
  const brokenIn = async (...happenings: readonly Happening[]) =>
    eventsOf(await recordingOf(...happenings), "broken").map(({ text }) => text);
  const taken = (by: string, delivery?: { count: number; untilMs: number | null }): Happening =>
    delivery ? { kind: "taken", item: 1, by, delivery } : { kind: "taken", item: 1, by };

  test("one item in two hands", async () => {
    expect(await brokenIn(...order(1), taken("Ada"), taken("Bob"))).toEqual([
      "Order 1 was handed to Bob while Ada has it.",
    ]);
  });

  test("one item lent twice, unless its time is over or it came back", async () => {
    const untilMs = 8_000;
    const [first, second] = [taken("Ada", { count: 1, untilMs }), taken("Bob", { count: 2, untilMs: 20_000 })];
    expect(await brokenIn(...order(1), first, second)).toEqual([
      "Order 1 was handed to Bob while it is Ada's until 8.0 s.",
    ]);
    expect(await brokenIn(...order(1), first, { kind: "back", item: 1 }, second)).toEqual([]);
    expect(await brokenIn(...order(1), taken("Ada", { count: 1, untilMs: 3_500 }), second)).toEqual([]);
  });

  test("done twice, and handed out although it was done", async () => {
    const finished: Happening = { kind: "finished", item: 1, by: "Ada" };
    expect(await brokenIn(...order(1), taken("Ada"), finished, taken("Bob"), { ...finished, by: "Bob" })).toEqual([
      "Order 1 was done, and Bob gets it all the same.",
      "Order 1 was done, and is done again by Bob.",
    ]);
  });

  test("what has failed for good is nobody's any more", async () => {
    const failed: Happening = { kind: "failed", item: 1, by: "Ada", why: "no paper" };
    expect(await brokenIn(...order(1), taken("Ada"), failed, taken("Bob"))).toEqual([
      "Order 1 has failed for good, and Bob gets it all the same.",
    ]);
  });

  test("each promise is told once for each item, and 20 of them in a run", async () => {
    expect(await brokenIn(...order(1), taken("Ada"), taken("Bob"), taken("Ada"), taken("Bob"))).toHaveLength(1);
    const recording = await run(async (_given, stage) => {
      stage.cast({ producers: ["Shop"], consumers: ["Ada", "Bob"], capacity: null });
      for (let item = 1; item <= 30; item += 1) {
        for (const happening of order(item)) stage.note(happening);
        for (const by of ["Ada", "Bob"]) stage.note({ kind: "taken", item, by });
        stage.note({ kind: "broken", text: `The lab has seen it of order ${item}.`, item });
      }
    });
    const texts = eventsOf(recording, "broken").map(({ text }) => text);
    expect(texts).toHaveLength(20);
    expect(texts.slice(-2)).toEqual([
      "Order 10 was handed to Bob while Ada has it.",
      "The lab has seen it of order 10. From here on, no more are told.",
    ]);
  });

  test("a delivery that nobody has had before", async () => {
    expect(await brokenIn(...order(1), taken("Ada", { count: 2, untilMs: null }))).toEqual([
      "Order 1 came as delivery 2, and nobody has had it before.",
    ]);
  });

  test("numbers that disagree for good, and not for a moment", async () => {
    const texts = async (waiting: (nowMs: number) => number) => {
      const recording = await run(async (_given, stage) => {
        stage.cast({ producers: ["Shop"], consumers: ["Ada"], capacity: null });
        stage.counts(() => ({ waiting: waiting(stage.nowMs) }));
        for (const happening of [...order(1), ...order(2)]) stage.note(happening);
        for (;;) await stage.wait(100);
      });
      return eventsOf(recording, "broken").map(({ text, atMs }) => `${atMs} ms: ${text}`);
    };
    expect(await texts((nowMs) => (nowMs % 1_000 === 0 ? 2 : 1))).toEqual([]);
    expect(await texts((nowMs) => (nowMs < 3_000 ? 2 : 1))).toEqual([
      "4500 ms: 1 has vanished: the queue counts 1, and 2 should be there.",
    ]);
    expect(await texts(() => 3)).toEqual(["1500 ms: The queue counts 3, and only 2 should be there."]);
  });

  test("one waits in the queue, one waits for it, and neither is told", async () => {
    const recording = await run(async (_given, stage) => {
      stage.cast({ producers: ["Shop"], consumers: ["Ada"], capacity: null });
      stage.counts(() => ({ waiting: 1 }));
      stage.note({ kind: "asks", by: "Ada" });
      for (const happening of order(1)) stage.note(happening);
      for (;;) await stage.wait(100);
    });
    expect(eventsOf(recording, "broken")).toMatchObject([
      { atMs: 300, text: "1 waits in the queue, Ada waits for one, and neither is told of the other." },
    ]);
  });
});

test("what is printed reads as in Node's console", () => {
  expect(formatted("a", 1, "b", null, undefined)).toBe("a 1 b null undefined");
  expect(formatted("%s is %d, %i, %j, 100 %%", "x", "2", 3.7, { a: 1 }, "rest")).toBe('x is 2, 3, {"a":1}, 100 % rest');
  const own: { name: string; self?: unknown } = { name: "r1" };
  own.self = own;
  expect(formatted([own, new Map([["k", new Set([1])]]), new RangeError("too few")])).toBe(
    '[ { name: "r1", self: [Circular] }, Map(1) { "k" => Set(1) { 1 } }, RangeError: too few ]',
  );
});

test("the Buffer of the lab does with texts what Node's does", () => {
  const texts = ["", "é値\u{1F600}", "00ff1", "zz", "aGk=", "aGk", "a-_/ b\nc", "a", "aGk=aGk="];
  for (const encoding of ["utf8", "hex", "base64", "base64url"] as const) {
    const read = (text: string, of: typeof BufferOfTheLab | typeof Buffer) => {
      const bytes = of.from(text, encoding);
      return [
        of.byteLength(text, "utf8"),
        `${bytes}`,
        ...(["hex", "base64", "base64url"] as const).map((as) => bytes.toString(as)),
      ];
    };
    for (const text of texts) expect(read(text, BufferOfTheLab), `${text} as ${encoding}`).toEqual(read(text, Buffer));
  }
  const chunks = [Buffer.from("or"), new Uint8Array([100, 101, 114])];
  expect(`${BufferOfTheLab.concat(chunks)} ${BufferOfTheLab.from([55])}`).toBe("order 7");
});

function fail(): never {
  throw new TypeError("no such queue");
}

async function polls(stage: Stage): Promise<void> {
  for (;;) await stage.wait(1);
}
