// The suite of task 05.3: what the queue says of its tasks, and that nobody can change it from outside.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { call, letSettle, pass, settled } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";
import { type Task, type TaskQueueClass, TaskScene, type TaskStatus } from "./task-scene.ts";

const given = lesson(() => import("#lesson/05-task-service/task-queue.ts"));

const sceneOf = (concurrency = 3) => new TaskScene(given.TaskQueue as unknown as TaskQueueClass, { concurrency });
const nowIso = () => new Date(clock.dateMs).toISOString();
const isNow = (text: unknown) => timeOf(text) === clock.dateMs;

describe("05.3", () => {
  test("submit returns the pending task, with all its fields", async () => {
    const scene = sceneOf();
    const task = scene.queue.submit({ task_type: "send_email", payload: { to: "ada@example.org" }, priority: 1 });
    const { id, created_at, ...others } = task;
    same<unknown>(
      plain(others),
      {
        task_type: "send_email",
        payload: { to: "ada@example.org" },
        priority: 1,
        status: "pending",
        progress: 0,
        result: null,
        error: null,
        started_at: null,
        finished_at: null,
      },
      "submit({ task_type: 'send_email', payload, priority: 1 }): what it returns, without id and created_at",
    );
    claim(typeof id === "string" && id !== "", `submit(…): expected an id that is a text, got ${String(id)}`);
    claim(isNow(created_at), `submit(…) at ${nowIso()}: expected that as created_at, got ${String(created_at)}`);
    same(scene.queue.get(id)?.created_at, created_at, "submit(…), then get(id): created_at", {}, "get");
  });

  test("submit returns it as pending on a started queue, too, and ids are unique", async () => {
    const scene = sceneOf();
    scene.start();
    await letSettle();
    same(
      scene.submit().status,
      "pending",
      "start(), then submit(…) with a slot free: the status of what it returns",
      {},
      "submit",
    );
    for (let count = 0; count < 200; count++) scene.submit();
    same(
      new Set(scene.submitted.map(({ id }) => id)).size,
      201,
      "201 tasks submitted in the same millisecond: how many different ids they have",
      {},
      "submit",
    );
  });

  test("while it runs: processing, its start, and its progress as reported", async () => {
    const scene = sceneOf();
    scene.start();
    await pass(5000);
    const { created_at } = scene.submit();
    await letSettle();
    const startedAt = nowIso();
    await pass(250);
    const run = scene.run("A");
    for (const [reported, expected] of [
      [10, 10],
      [70, 70],
      [30, 30],
      [150, 100],
      [-5, 0],
      [0.5, 0.5],
    ] as const) {
      run.report(reported);
      await letSettle();
      same(
        shownOf(scene.queue.get(scene.idOf("A"))),
        {
          status: "processing",
          progress: expected,
          started: Date.parse(startedAt),
          finished: null,
          result: null,
          error: null,
        },
        `A runs since ${startedAt}, and reports ${reported}: what get(A) says`,
        {
          "progress-only-grows": (seen) => reported === 30 && seen.progress === 70,
        },
        "get",
      );
    }
    same(scene.queue.get(scene.idOf("A"))?.created_at, created_at, "A runs: its created_at", {}, "get");
  });

  test("when it returns: completed, progress 100, its result, its end", async () => {
    const scene = sceneOf();
    scene.start();
    scene.submit();
    await letSettle();
    scene.run("A").report(40);
    await pass(700);
    await scene.finish("A", { pages: 12, parts: ["a", "b"] });
    const finished = clock.dateMs;
    await pass(50);
    same(
      shownOf(scene.queue.get(scene.idOf("A"))),
      {
        status: "completed",
        progress: 100,
        started: finished - 700,
        finished,
        result: { pages: 12, parts: ["a", "b"] },
        error: null,
      },
      "A reports 40 and returns { pages, parts } after 700 ms: what get(A) says 50 ms later",
      {},
      "get",
    );
  });

  test("a result that is falsy is a result, and nothing returned is null", async () => {
    for (const [result, expected] of [
      [undefined, null],
      [null, null],
      [0, 0],
      ["", ""],
      [false, false],
      [[], []],
    ] as const) {
      const scene = sceneOf();
      scene.start();
      scene.submit();
      await letSettle();
      await scene.finish("A", result);
      const task = scene.queue.get(scene.idOf("A"));
      same(
        task && "result" in task ? task.result : "no such field",
        expected,
        `A returns ${JSON.stringify(result)}: the result that get(A) says`,
        { "falsy-result-is-null": (seen) => seen === null && expected !== null },
        "get",
      );
    }
  });

  test("when it throws: failed, its message as error, its progress as it was", async () => {
    for (const how of ["rejects", "throws at once"] as const) {
      const scene = sceneOf();
      scene.start();
      scene.submit(how === "rejects" ? {} : { throws: new TypeError("no such image") });
      await letSettle();
      if (how === "rejects") {
        scene.run("A").report(40);
        await pass(300);
        await scene.fail("A", new TypeError("no such image"));
      }
      const took = how === "rejects" ? 300 : 0;
      same(
        shownOf(scene.queue.get(scene.idOf("A"))),
        {
          status: "failed",
          progress: how === "rejects" ? 40 : 0,
          started: clock.dateMs - took,
          finished: clock.dateMs,
          result: null,
          error: "no such image",
        },
        `A's processor ${how} with new TypeError("no such image"): what get(A) says`,
        {
          "failed-is-at-100": (seen) => seen.progress === 100,
        },
        "get",
      );
    }
  });

  test("a report after the end changes nothing", async () => {
    const scene = sceneOf();
    scene.start();
    scene.submitAll(2, 2);
    await letSettle();
    const [a, b] = [scene.run("A"), scene.run("B")];
    b.report(40);
    await scene.finish("A", "done");
    await scene.fail("B", new Error("boom"));
    const before = [scene.idOf("A"), scene.idOf("B")].map((id) => shownOf(scene.queue.get(id)));
    a.report(7);
    b.report(99);
    await letSettle();
    same(
      [scene.idOf("A"), scene.idOf("B")].map((id) => shownOf(scene.queue.get(id))),
      before,
      "A has completed, B has failed, and both report once more: what get says",
      { "late-report-counts": (seen) => seen[0]?.progress === 7 || seen[1]?.progress === 99 },
      "get",
    );
  });

  test("get of an unknown id is undefined, whatever the id", async () => {
    const scene = sceneOf();
    scene.submit();
    for (const id of ["no such task", "", "__proto__", "constructor", "hasOwnProperty", "0", "length"]) {
      same(
        scene.queue.get(id),
        undefined,
        `get(${JSON.stringify(id)})`,
        { "names-of-objects-are-tasks": () => Object.hasOwn(Object.prototype, id) },
        "get",
      );
    }
  });

  test("list gives all tasks in the order of submission, or those of one status", async () => {
    const scene = sceneOf(2);
    same(scene.queue.list(), [], "list() of a queue without tasks", {}, "list");
    scene.submitAll(3, 1, 2, 1, 3, 2);
    scene.queue.cancel(scene.idOf("F"));
    scene.start();
    await letSettle();
    await scene.finish("B");
    await scene.fail("D", new Error("boom"));
    const names = (status?: TaskStatus) =>
      (status === undefined ? scene.queue.list() : scene.queue.list(status))
        .map(({ id }) => scene.nameOf(id))
        .join(" ");
    same(
      names(),
      "A B C D E F",
      "A to F of priorities 3, 1, 2, 1, 3, 2, some over, some not: the order of list()",
      {},
      "list",
    );
    const byStatus = (["pending", "processing", "completed", "failed", "cancelled"] as const).map(
      (status) => `${status}: ${names(status)}`,
    );
    same(
      byStatus,
      ["pending: E", "processing: A C", "completed: B", "failed: D", "cancelled: F"],
      "concurrency 2, B completed, D failed, F cancelled: what list(status) gives for each status",
      {},
      "list",
    );
  });

  test("what was returned does not change when the task does", async () => {
    const scene = sceneOf();
    const submitted = scene.submit();
    const [got, [listed]] = [scene.queue.get(scene.idOf("A")), scene.queue.list()];
    scene.start();
    await letSettle();
    scene.run("A").report(60);
    const running = scene.queue.get(scene.idOf("A"));
    await scene.finish("A", { pages: 1 });
    for (const [task, what] of [
      [submitted, "submit(…) returned it pending"],
      [got, "get(A) returned it pending"],
      [listed, "list() returned it pending"],
    ] as const) {
      same(
        `${task?.status} ${task?.progress}`,
        "pending 0",
        `${what}, and A has completed since: its status and progress`,
        { "returns-the-living-task": "completed 100" },
        what.slice(0, what.indexOf("(")),
      );
    }
    same(
      `${running?.status} ${running?.progress}`,
      "processing 60",
      "get(A) returned it running at 60, and A has completed since: its status and progress",
      { "returns-the-living-task": "completed 100" },
      "get",
    );
  });

  test("changing what was returned, or the submission, changes nothing, however deep", async () => {
    const scene = sceneOf();
    const submission = {
      task_type: "resize_image" as const,
      payload: { name: "A", sizes: [100, 200], crop: { x: 1 } } as Record<string, unknown>,
      priority: 2 as const,
    };
    const submitted = scene.queue.submit(submission);
    scene.submitted.push(submitted);
    const kept = JSON.stringify(submitted.payload);
    const spoiled: [string, unknown, string][] = [
      ["the submission", submission, "shallow-snapshots"],
      ["what submit returned", submitted, "shallow-snapshots"],
      ["what get returned", scene.queue.get(submitted.id), "shallow-snapshots"],
      ["what list returned", scene.queue.list()[0], "shallow-snapshots"],
    ];
    for (const [what, thing, misconception] of spoiled) {
      spoil(thing);
      const now = scene.queue.get(submitted.id);
      same(
        `${now?.status} ${now?.priority} ${JSON.stringify(now?.payload)}`,
        `pending 2 ${kept}`,
        `${what} changed, its payload and all that is in it: what get(id) says now`,
        { [misconception]: () => true },
        what.split(" ")[1] ?? "get",
      );
    }
    scene.start();
    await letSettle();
    same(
      JSON.stringify(scene.runs[0]?.task.payload),
      kept,
      "all of these changed, then start(): the payload that the processor is given",
      {},
      "submit",
    );
    const result = { pages: [1, 2] };
    await scene.finish("A", result);
    const completed = scene.queue.get(submitted.id);
    spoil(completed);
    same(
      JSON.stringify(scene.queue.get(submitted.id)?.result),
      '{"pages":[1,2]}',
      "what get returned changed, its result too: the result that get(id) says now",
      { "shallow-snapshots": () => true },
      "get",
    );
    const last = scene.queue.get(submitted.id);
    spoil(result);
    same(
      JSON.stringify(last?.result),
      '{"pages":[1,2]}',
      "get(id) returned the result, and the processor's object is changed afterwards: the result in what was returned",
      { "shallow-snapshots": () => true },
      "get",
    );
  });

  test("so it is with what cancel returns and watch yields, and with results", async () => {
    const scene = sceneOf();
    scene.submit({ payload: { sizes: [100], crop: { x: 1 } } });
    scene.submit({ payload: { sizes: [200], crop: { x: 2 } } });
    const expected = '{"name":"A","sizes":[100],"crop":{"x":1}}';
    spoil(scene.queue.cancel(scene.idOf("A")));
    same(
      JSON.stringify(scene.queue.get(scene.idOf("A"))?.payload),
      expected,
      "cancel(A), and what it returned changed, its payload and all that is in it: the payload that get(A) says now",
      { "shallow-snapshots": () => true },
      "cancel",
    );
    await spoilWatched(scene, "A");
    same(
      JSON.stringify(scene.queue.get(scene.idOf("A"))?.payload),
      expected,
      "watch(A), and what it yielded changed, its payload and all that is in it: the payload that get(A) says now",
      { "shallow-snapshots": () => true },
      "watch",
    );
    scene.start();
    await letSettle();
    await scene.finish("B", { pages: [1, 2] });
    const resultOf = () => JSON.stringify(scene.queue.get(scene.idOf("B"))?.result);
    for (const task of scene.queue.list()) spoil(task);
    same(
      resultOf(),
      '{"pages":[1,2]}',
      "what list() returned changed, its results too: the result that get(B) says now",
      { "shallow-snapshots": () => true },
      "list",
    );
    const [listed] = scene.queue.list("completed");
    await spoilWatched(scene, "B");
    same(
      `${resultOf()} ${JSON.stringify(listed?.result)}`,
      '{"pages":[1,2]} {"pages":[1,2]}',
      "what watch(B) yielded of the finished task changed: the result that get(B) says now, and the one that list() had returned",
      { "shallow-snapshots": () => true },
      "watch",
    );
  });

  test("what list returns is the caller's own", async () => {
    const scene = sceneOf();
    scene.submitAll(2, 2);
    const list = scene.queue.list();
    attempt(() => list.reverse());
    attempt(() => list.pop());
    same(
      scene.queue.list().map(({ id }) => scene.nameOf(id)),
      ["A", "B"],
      "list() reversed and shortened by the caller: what list() gives now",
      {},
      "list",
    );
  });
});

/** Of a task what changes in its life; its times as numbers where they are what they should be. */
function shownOf(task: Task | undefined) {
  return {
    status: task?.status,
    progress: task?.progress,
    started: timeOf(task?.started_at),
    finished: timeOf(task?.finished_at),
    result: plain(task?.result),
    error: task?.error as unknown,
  };
}

const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?(Z|[+-]\d\d:?\d\d)$/;

/** An ISO time as milliseconds; anything else in words. */
function timeOf(time: unknown): unknown {
  if (time === null || time === undefined) return null;
  return typeof time === "string" && ISO.test(time) ? Date.parse(time) : `${show(time)}, which is no ISO 8601`;
}

/** A JSON value as JSON has it: of what class its objects are is nobody's business. */
function plain(value: unknown): unknown {
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value));
}

/** Changes everything in `thing` that lets itself be changed. */
function spoil(thing: unknown): void {
  if (typeof thing !== "object" || thing === null) return;
  for (const value of Object.values(thing)) spoil(value);
  for (const key of Object.keys(thing)) {
    if (key !== "id") attempt(() => Object.assign(thing, { [key]: "spoiled" }));
  }
  attempt(() => Object.assign(thing, { added: "spoiled" }));
}

/** Changes everything that a watch of a task that is over has yielded. */
async function spoilWatched(scene: TaskScene, name: string): Promise<void> {
  const tasks: Task[] = [];
  const watching = call(`for await (… of watch(${name}))`, async () => {
    for await (const task of scene.queue.watch(scene.idOf(name))) tasks.push(task);
    return "the end";
  });
  await settled(watching);
  for (const task of tasks) spoil(task);
}

/** What is frozen refuses: that is fine. */
function attempt(act: () => void): void {
  try {
    act();
  } catch {
    // It could not be changed.
  }
}
