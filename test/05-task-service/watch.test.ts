// The suite of task 05.5: watching a task.

import { getEventListeners } from "node:events";
import { describe, test } from "vitest";
import { claim, rejectedWith, rejectedWithA, resolved, same } from "../support/claims.ts";
import { heldBytes } from "../support/heap.ts";
import { lesson } from "../support/lesson.ts";
import { type Call, call, letSettle, note, settled } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { type Task, type TaskQueueClass, TaskScene } from "./task-scene.ts";

const given = lesson(() => import("#lesson/05-task-service/task-queue.ts"));

const sceneOf = (concurrency = 3) => new TaskScene(given.TaskQueue as unknown as TaskQueueClass, { concurrency });

/** Somebody who watches, and writes down what is seen. */
class Watcher {
  readonly seen: string[] = [];
  readonly tasks: Task[] = [];
  readonly watching: Call<string>;

  constructor(scene: TaskScene, name: string, options?: { signal?: AbortSignal }, lane = "watcher") {
    const label = `for await (… of watch(${name}))`;
    this.watching = call(label, async () => {
      for await (const task of watch(scene, name, options)) {
        this.tasks.push(task);
        this.seen.push(stateOf(task));
        note(lane, `sees ${stateOf(task)}`);
      }
      return "the end";
    });
  }

  get story(): string {
    return this.seen.join(", ");
  }
}

const watch = (scene: TaskScene, name: string, options?: { signal?: AbortSignal }): AsyncIterable<Task> =>
  options ? scene.queue.watch(scene.idOf(name), options) : scene.queue.watch(scene.idOf(name));

/** "processing 40"; "pending" */
function stateOf({ status, progress }: Task): string {
  return status === "processing" || status === "failed" ? `${status} ${progress}` : status;
}

describe("05.5", () => {
  test("yields the task as it is, then after every change, and ends after the final status", async () => {
    const scene = sceneOf();
    scene.submit();
    const watcher = new Watcher(scene, "A");
    await letSettle();
    same(watcher.story, "pending", "watch(A), pending: what it yields first", {}, "watch");
    scene.start();
    await letSettle();
    const run = scene.run("A");
    for (const progress of [10, 60, 40]) {
      run.report(progress);
      await letSettle();
    }
    await scene.finish("A", { pages: 1 });
    same(
      watcher.story,
      "pending, processing 0, processing 10, processing 60, processing 40, completed",
      "watch(A), then start(), A reports 10, 60, 40 and returns: what it yields",
      {
        "watch-misses-the-final-status": "pending, processing 0, processing 10, processing 60, processing 40",
      },
      "watch",
    );
    await settled(watcher.watching);
    same(
      [watcher.tasks.at(-1)?.progress, JSON.stringify(watcher.tasks.at(-1)?.result)],
      [100, '{"pages":1}'],
      "watch(A), A returns { pages: 1 }: progress and result of the last task that it yields",
      {},
      "watch",
    );
  });

  test("changes of one turn are all seen, in their order", async () => {
    const scene = sceneOf();
    scene.start();
    scene.submit();
    await letSettle();
    const watcher = new Watcher(scene, "A");
    await letSettle();
    const run = scene.run("A");
    for (const progress of [1, 2, 3, 4]) run.report(progress);
    run.finish(null);
    await letSettle();
    same(
      watcher.story,
      "processing 0, processing 1, processing 2, processing 3, processing 4, completed",
      "watch(A), then A reports 1, 2, 3, 4 and returns in one turn: what it yields",
      {
        "watch-skips-to-the-latest": (seen) => seen.split(", ").length < 6 && seen.endsWith("completed"),
        "watch-misses-the-final-status": "processing 0, processing 1, processing 2, processing 3, processing 4",
      },
      "watch",
    );
    await settled(watcher.watching);
  });

  test("of a task that is over it yields that, and ends at once", async () => {
    const scene = sceneOf(1);
    scene.submitAll(2, 2, 2);
    scene.queue.cancel(scene.idOf("C"));
    scene.start();
    await letSettle();
    await scene.finish("A");
    await scene.fail("B", new Error("boom"));
    for (const [name, state] of [
      ["A", "completed"],
      ["B", "failed 0"],
      ["C", "cancelled"],
    ] as const) {
      const watcher = new Watcher(scene, name);
      await letSettle();
      same(watcher.story, state, `watch(${name}), which is ${state}: what it yields`, {}, "watch");
      resolved(watcher.watching, `watch(${name}), which is ${state}`, "it to end", "watch-of-a-finished-one-waits");
    }
  });

  test("it ends after a failure and after a cancel, too", async () => {
    const scene = sceneOf(1);
    scene.submitAll(2, 2);
    const [a, b] = [new Watcher(scene, "A"), new Watcher(scene, "B")];
    await letSettle();
    scene.start();
    await letSettle();
    scene.queue.cancel(scene.idOf("B"));
    scene.run("A").report(30);
    await scene.fail("A", new Error("boom"));
    same(
      a.story,
      "pending, processing 0, processing 30, failed 30",
      "watch(A), A reports 30 and fails: what it yields",
      { "watch-misses-the-final-status": "pending, processing 0, processing 30" },
      "watch",
    );
    same(b.story, "pending, cancelled", "watch(B), then cancel(B): what it yields", {}, "watch");
    for (const { watching } of [a, b]) {
      resolved(watching, `${watching.label} after the final status`, "it to end");
    }
  });

  test("several watchers see all the same, whenever they look", async () => {
    const scene = sceneOf();
    scene.submit();
    const first = new Watcher(scene, "A", undefined, "first");
    const steps = watch(scene, "A")[Symbol.asyncIterator]();
    const early = call("slow: next()", () => steps.next(), stepInWords);
    await letSettle();
    scene.start();
    await letSettle();
    const second = new Watcher(scene, "A", undefined, "second");
    await letSettle();
    scene.run("A").report(50);
    await letSettle();
    await scene.finish("A");
    same(
      first.story,
      "pending, processing 0, processing 50, completed",
      "two quick watchers and a slow one watch A: what the first yields",
      { "watchers-share-the-events": (seen) => seen.length < 47 },
      "watch",
    );
    same(
      second.story,
      "processing 0, processing 50, completed",
      "two quick watchers and a slow one watch A: what the second yields, which came while it ran",
      { "watchers-share-the-events": (seen) => seen.length < 38 },
      "watch",
    );
    await settled(early);
    const slow = [stepInWords(early.value)];
    for (let count = 0; count < 4; count++) {
      const step = call("slow: next()", () => steps.next(), stepInWords);
      await settled(step);
      slow.push(stepInWords(step.value));
    }
    same(
      slow.join(", "),
      "pending, processing 0, processing 50, completed, the end",
      "a slow watcher, which asks for the second state only when A is over: what it yields",
      { "watch-skips-to-the-latest": "pending, completed, the end, the end, the end" },
      "watch",
    );
  });

  test("what it yields is a snapshot", async () => {
    const scene = sceneOf();
    scene.submit({ payload: { sizes: [100] } });
    const [watcher, other] = [new Watcher(scene, "A"), new Watcher(scene, "A")];
    await letSettle();
    const first = watcher.tasks[0];
    try {
      (first as Task & { payload: { sizes: number[] } }).payload.sizes[0] = -1;
      (first as Task).status = "failed";
    } catch {
      // Frozen is as good.
    }
    const now = scene.queue.get(scene.idOf("A"));
    same(
      [now?.status, now?.payload.sizes],
      ["pending", [100]],
      "the task that watch yields changed by the watcher: status and payload of get(A)",
      { "shallow-snapshots": ([, sizes]) => JSON.stringify(sizes) !== "[100]" },
      "watch",
    );
    same(
      other.tasks[0]?.payload.sizes,
      [100],
      "the task that watch yields changed by one watcher: the payload that another got",
      {},
      "watch",
    );
    scene.start();
    await letSettle();
    same(
      other.tasks[0]?.status,
      "pending",
      "A was pending when watch yielded it, and runs since: the status in what was yielded",
      { "returns-the-living-task": "processing" },
      "watch",
    );
    await scene.finishAll();
  });

  test("each watcher has a snapshot of its own", async () => {
    const scene = sceneOf();
    scene.submit({ payload: { sizes: [100] } });
    scene.start();
    await letSettle();
    const watchers = [new Watcher(scene, "A"), new Watcher(scene, "A")];
    await letSettle();
    await scene.finish("A", { pages: [1] });
    for (const task of watchers[0]?.tasks ?? []) {
      try {
        (task.payload as { sizes: number[] }).sizes[0] = -1;
        if (task.result) (task.result as { pages: number[] }).pages[0] = -1;
        task.priority = 99;
      } catch {
        // Frozen is as good.
      }
    }
    same(
      watchers[1]?.tasks.map(({ payload, result, priority }) => JSON.stringify([payload.sizes, result, priority])),
      ["[[100],null,2]", '[[100],{"pages":[1]},2]'],
      "two watchers of A, and what the first got is changed: payload, result and priority that the second got",
      { "shallow-snapshots": (seen) => seen?.every((state) => state.endsWith(",2]")) === true },
      "watch",
    );
  });

  test("an aborted one rejects with the signal's reason, and leaves no listener", async () => {
    const scene = sceneOf();
    scene.submit();
    const controller = new AbortController();
    const reason = new Error("gone");
    const watcher = new Watcher(scene, "A", { signal: controller.signal });
    const other = new Watcher(scene, "A");
    await letSettle();
    controller.abort(reason);
    await letSettle();
    rejectedWith(reason, watcher.watching, "watch(A, { signal }), aborted while it waits", "aborted-watch-just-ends");
    left(controller.signal, "watch(A, { signal }), aborted while it waits");
    scene.start();
    await letSettle();
    await scene.finish("A");
    same(watcher.story, "pending", "watch(A, { signal }), aborted, then A runs: what it has yielded", {}, "watch");
    same(
      other.story,
      "pending, processing 0, completed",
      "of two watchers one is aborted: what the other yields",
      {},
      "watch",
    );
  });

  test("one aborted between two steps rejects the next", async () => {
    const scene = sceneOf();
    scene.submit();
    const controller = new AbortController();
    const reason = new Error("gone");
    const steps = watch(scene, "A", { signal: controller.signal })[Symbol.asyncIterator]();
    await settled(call("next()", () => steps.next(), stepInWords));
    controller.abort(reason);
    const next = call("next()", () => steps.next(), stepInWords);
    await letSettle();
    rejectedWith(reason, next, "watch(A, { signal }), aborted between two steps: the next step");
    left(controller.signal, "watch(A, { signal }), aborted between two steps");
  });

  test("one aborted beforehand rejects, at the call or at its first step", async () => {
    const scene = sceneOf();
    scene.submit();
    const reason = new Error("gone");
    const signal = AbortSignal.abort(reason);
    const watcher = new Watcher(scene, "A", { signal });
    await letSettle();
    rejectedWith(reason, watcher.watching, "watch(A, { signal }) with a signal aborted beforehand");
    left(signal, "watch(A, { signal }) with a signal aborted beforehand");
  });

  test("whatever the reason is, it is what the step rejects with", async () => {
    for (const reason of [0, "", null, false]) {
      const scene = sceneOf();
      scene.submit();
      const controller = new AbortController();
      const watcher = new Watcher(scene, "A", { signal: controller.signal });
      await letSettle();
      controller.abort(reason);
      await letSettle();
      rejectedWith(reason, watcher.watching, `watch(A, { signal }), aborted with the reason ${JSON.stringify(reason)}`);
    }
  });

  test("one that is over keeps no states for anybody", async () => {
    const grownBy = async (leave: (scene: TaskScene) => Promise<void>): Promise<number> => {
      const scene = sceneOf();
      scene.start();
      scene.submit();
      await letSettle();
      await leave(scene);
      const run = scene.run("A");
      const before = heldBytes();
      for (let progress = 0; progress < 12_000; progress++) run.report(progress % 100);
      await letSettle();
      const after = heldBytes();
      await scene.finish("A");
      return after - before;
    };
    const brokenOff = async (scene: TaskScene) => {
      const breaking = call("for await (… of watch(A)) break", async () => {
        for await (const task of watch(scene, "A")) return stateOf(task);
        return "nothing";
      });
      await settled(breaking);
    };
    const aborted = async (scene: TaskScene) => {
      const controller = new AbortController();
      const steps = watch(scene, "A", { signal: controller.signal })[Symbol.asyncIterator]();
      await settled(call("next()", () => steps.next(), stepInWords));
      controller.abort(new Error("gone"));
      await settled(call("next()", () => steps.next().catch(() => undefined), stepInWords));
    };
    // What a queue needs for itself, where nobody watches.
    await grownBy(async () => {});
    const own = await grownBy(async () => {});
    for (const [what, leave] of [
      ["broken off", brokenOff],
      ["aborted", aborted],
    ] as const) {
      const surplus = (await grownBy(leave)) - own;
      claim(
        surplus < MOST_KEPT_BYTES,
        `watch(A) ${what}, and then 12,000 reports of A: expected nothing to be kept for that watcher, but ${Math.round(surplus / 1000)} kB are`,
        undefined,
        "watch",
      );
    }
  });

  test("one that comes to its end leaves no listener and no timer", async () => {
    const scene = sceneOf();
    scene.submit();
    const { signal } = new AbortController();
    const watchers = Array.from({ length: 3 }, () => new Watcher(scene, "A", { signal }));
    await letSettle();
    scene.start();
    await letSettle();
    for (let progress = 1; progress < 20; progress++) {
      scene.run("A").report(progress);
      await letSettle();
    }
    const meanwhile = getEventListeners(signal, "abort").length;
    claim(
      meanwhile <= 3 * 2,
      `three watch(A, { signal }) after 20 states each: expected a listener or two of each on the signal, got ${meanwhile}`,
      undefined,
      "watch",
    );
    await scene.finish("A");
    await settled(...watchers.map(({ watching }) => watching));
    left(signal, "watch(A, { signal }), three times, A has completed");
    same(
      clock.timers.count,
      0,
      "three watches of A that came to their end: how many timers are still armed",
      {},
      "watch",
    );
  });

  test("one that breaks off leaves nothing behind, and holds up nobody", async () => {
    const scene = sceneOf();
    scene.submit();
    const { signal } = new AbortController();
    const leaving = call("for await (… of watch(A)) break", async () => {
      for await (const task of watch(scene, "A", { signal })) return stateOf(task);
      return "nothing";
    });
    const other = new Watcher(scene, "A");
    await settled(leaving);
    same(
      leaving.value,
      "pending",
      "for await (… of watch(A, { signal })) with a break after the first: what it saw",
      {},
      "watch",
    );
    left(signal, "watch(A, { signal }), broken off after the first state");
    scene.start();
    await letSettle();
    scene.run("A").report(50);
    await letSettle();
    await scene.finish("A");
    same(
      other.story,
      "pending, processing 0, processing 50, completed",
      "of two watchers one breaks off: what the other yields",
      {},
      "watch",
    );
    same(clock.timers.count, 0, "a watch broken off: how many timers are still armed", {}, "watch");
  });

  test("an unknown id is a TaskNotFoundError, at the call or at the first step", async () => {
    const scene = sceneOf();
    for (const id of ["no such task", "__proto__", "constructor"]) {
      const watching = call(`watch(${JSON.stringify(id)})`, async () => {
        for await (const task of scene.queue.watch(id)) return stateOf(task);
        return "the end, at once";
      });
      await settled(watching);
      rejectedWithA(given.TaskNotFoundError as unknown as ErrorConstructor, watching, `watch(${JSON.stringify(id)})`, {
        "names-of-objects-are-tasks": () => Object.hasOwn(Object.prototype, id),
      });
    }
  });

  test("a watch lasts over stop and start", async () => {
    const scene = sceneOf(1);
    scene.start();
    scene.submitAll(2, 2);
    await letSettle();
    const watcher = new Watcher(scene, "B");
    const stopping = call("stop()", () => scene.queue.stop());
    await scene.finish("A");
    await settled(stopping);
    same(
      `${watcher.story}, ${watcher.watching.state}`,
      "pending, waiting",
      "watch(B), pending, then stop(): what it has yielded, and whether it waits on",
      {},
      "watch",
    );
    scene.start();
    await letSettle();
    await scene.finish("B");
    same(
      watcher.story,
      "pending, processing 0, completed",
      "watch(B), stop(), start(), B runs: what it yields",
      {},
      "watch",
    );
  });
});

/** A state takes more than a hundred bytes; what else moves in the heap meanwhile takes less than this. */
const MOST_KEPT_BYTES = 700_000;

function stepInWords(step: IteratorResult<Task> | undefined): string {
  if (step === undefined) return "nothing";
  return step.done ? "the end" : stateOf(step.value);
}

function left(signal: AbortSignal, did: string): void {
  const listeners = getEventListeners(signal, "abort").length;
  claim(
    listeners === 0,
    `${did}: expected no abort listener left on the signal, got ${listeners}`,
    "leaves-its-listener",
    "watch",
  );
}
