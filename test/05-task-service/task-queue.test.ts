// The suite of tasks 05.1, 05.2, 05.4 and 05.6: which task runs when, and which never.

import { describe, test } from "vitest";
import { claim, rejectedWithA, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { explored } from "../support/schedules/explore.ts";
import { call, letSettle, note, settled } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { has, scopeOf } from "./scopes.ts";
import { type TaskQueueClass, TaskScene } from "./task-scene.ts";
import { cancelTells, orderTells, slotTells, stopTells } from "./tells.ts";

const given = lesson(() => import("#lesson/05-task-service/task-queue.ts"));

const taskQueue = () => given.TaskQueue as unknown as TaskQueueClass;
const errors = () => ({
  TaskNotFoundError: given.TaskNotFoundError,
  TaskNotPendingError: given.TaskNotPendingError,
});
const sceneOf = (concurrency?: number) => new TaskScene(taskQueue(), concurrency === undefined ? {} : { concurrency });

describe("05.1", () => {
  test("nothing runs before start, and then the lowest number first", async () => {
    const scene = sceneOf(1);
    scene.submitAll(3, 1, 2);
    await letSettle();
    same(scene.begun, "", "three tasks submitted, and no start() yet: what has begun", {});
    scene.start();
    await letSettle();
    await scene.finishAll();
    same(
      scene.begun,
      "B C A",
      "A, B, C of priorities 3, 1, 2, then start(), concurrency 1: the order in which they began",
      { "oldest-first": "A B C" },
      "start",
    );
  });

  test("equal ones run in the order of submission", async () => {
    const scene = sceneOf(1);
    const priorities = [2, 1, 2, 3, 1, 2, 2, 3, 1, 1, 2, 3, 3, 2, 1, 2];
    scene.submitAll(...priorities);
    scene.start();
    await letSettle();
    await scene.finishAll();
    const inOrder = [1, 2, 3].flatMap((wanted) =>
      priorities.flatMap((priority, index) => (priority === wanted ? ["ABCDEFGHIJKLMNOP"[index]] : [])),
    );
    same(
      scene.begun,
      inOrder.join(" "),
      "16 tasks of priorities 1, 2 and 3, all submitted in the same millisecond: the order in which they began",
      {
        "ties-in-any-order": (seen) =>
          seen !== inOrder.join(" ") &&
          seen.split(" ").map(priorityOf).join() === inOrder.map((name) => priorityOf(name ?? "")).join(),
        "oldest-first": "A B C D E F G H I J K L M N O P",
      },
      "submit",
    );
    function priorityOf(name: string): number | undefined {
      return priorities["ABCDEFGHIJKLMNOP".indexOf(name)];
    }
  });

  test("a high one that comes while all slots are taken goes ahead of the low ones that wait", async () => {
    const scene = sceneOf(1);
    scene.start();
    scene.submit({ priority: 3 });
    await letSettle();
    scene.submitAll(3, 3);
    await letSettle();
    scene.submit({ priority: 1 });
    await letSettle();
    await scene.finish("A");
    same(
      scene.begun,
      "A D",
      "A runs, B and C of priority 3 wait, D of priority 1 is submitted, A ends: what has begun",
      { "taken-before-a-slot-is-free": "A B", "oldest-first": "A B" },
      "submit",
    );
    await scene.finishAll();
    same(scene.begun, "A D B C", "the others end one after the other: the order in which they began", {}, "submit");
  });

  test("on a started queue a task begins at once, without the clock moving", async () => {
    const scene = sceneOf();
    scene.start();
    await letSettle();
    scene.submit();
    await letSettle();
    same(
      `${scene.begun || "nothing"} at ${clock.nowMs} ms`,
      "A at 0 ms",
      "start(), then submit on the idle queue: what has begun",
      {},
      "submit",
    );
  });

  test("each task goes to the processor of its type, once, with its payload", async () => {
    const scene = sceneOf();
    scene.start();
    scene.submit({ task_type: "send_email", payload: { to: "ada@example.org" } });
    scene.submit({ task_type: "generate_report", payload: { report_id: "q4" } });
    scene.submit({ task_type: "resize_image", payload: { width: 0 } });
    await letSettle();
    const seen = scene.runs.map(
      ({ name, processor, task }) => `${name} ${processor} ${task.task_type} ${rest(task.payload)}`,
    );
    same(
      seen.sort(),
      [
        'A send_email send_email {"to":"ada@example.org"}',
        'B generate_report generate_report {"report_id":"q4"}',
        'C resize_image resize_image {"width":0}',
      ],
      "a send_email, a generate_report and a resize_image submitted: which processor was called with which task",
      {},
      "submit",
    );
    same(
      scene.runs.map(({ task }) => task.id),
      scene.runs.map(({ name }) => scene.idOf(name)),
      "three tasks run: the ids of the tasks that their processors were given",
      {},
      "submit",
    );
  });

  explored("in every order of calls, the most urgent of those that wait is next", {
    ...scopeOf({
      id: "order",
      taskQueue,
      errors,
      concurrency: 1,
      calls: ["submit", "start", "finish"],
      priorities: [1, 2, 3],
      tells: orderTells,
    }),
  });
});

describe("05.2", () => {
  test("three at a time if nothing is said, and the next as soon as one ends", async () => {
    const scene = sceneOf();
    scene.submitAll(2, 2, 2, 2, 2, 2);
    scene.start();
    await letSettle();
    same(scene.begun, "A B C", "six tasks, no concurrency given, then start(): what has begun", slotsTold, "start");
    await scene.finish("B");
    same(
      scene.begun,
      "A B C D",
      "A, B, C run, B ends: what has begun",
      { "waits-for-the-whole-batch": "A B C" },
      "start",
    );
    await scene.finish("D");
    await scene.finish("A");
    same(scene.begun, "A B C D E F", "D ends, A ends: what has begun", {}, "start");
  });

  for (const concurrency of [1, 2, 5, Number.POSITIVE_INFINITY]) {
    test(`with concurrency ${concurrency} never more, and always as many as there is work for`, async () => {
      const scene = sceneOf(concurrency);
      scene.start();
      scene.submitAll(...Array.from({ length: 12 }, () => 2));
      for (let left = 12; left > 0; left--) {
        await letSettle();
        same(
          scene.atWork,
          Math.min(concurrency, left),
          `concurrency ${concurrency}, 12 tasks, ${12 - left} of them over: how many are at work`,
          {},
          "start",
        );
        scene.oldest?.finish(null);
      }
    });
  }

  test("a slot is given back by a task that fails, and by a processor that throws at once", async () => {
    for (const [how, misconception] of [
      ["fails", "failed-one-keeps-its-slot"],
      ["throws at once", "throwing-one-keeps-its-slot"],
    ] as const) {
      const scene = sceneOf(2);
      scene.start();
      for (let count = 0; count < 20; count++) scene.submit(how === "fails" ? {} : { throws: new Error("boom") });
      for (let count = 0; count < 20; count++) {
        await letSettle();
        scene.oldest?.fail(new Error("boom"));
      }
      await letSettle();
      same(
        scene.runs.length,
        20,
        `concurrency 2, 20 tasks of which each ${how}: how many have begun`,
        { [misconception]: 2 },
        "start",
      );
      scene.submitAll(2, 2, 2, 2);
      await letSettle();
      same(
        scene.atWork,
        2,
        `concurrency 2, 20 tasks that ${how === "fails" ? "failed" : "threw"}, then four more: how many are at work`,
        {},
        "start",
      );
    }
  });

  test("a concurrency that is neither a positive integer nor Infinity is a RangeError", async () => {
    for (const concurrency of [0, -1, 1.5, Number.NaN, Number.NEGATIVE_INFINITY]) {
      const making = call(`new TaskQueue({ …, concurrency: ${concurrency} })`, () => sceneOf(concurrency));
      await letSettle();
      rejectedWithA(RangeError, making, `new TaskQueue({ …, concurrency: ${concurrency} })`, {});
    }
  });

  explored("in every order of calls, never more than concurrency, and always as many as there is work for", {
    ...scopeOf({
      id: "slots",
      taskQueue,
      errors,
      concurrency: 2,
      calls: ["submit", "submitThrowing", "start", "finish", "fail"],
      priorities: [2],
      mostTasks: 4,
      tells: slotTells,
    }),
  });
});

const slotsTold = {};

describe("05.4", () => {
  test("a pending task becomes cancelled and never runs", async () => {
    const scene = sceneOf(1);
    scene.start();
    scene.submitAll(2, 2, 2);
    await letSettle();
    const cancelling = call("cancel(B)", () => scene.queue.cancel(scene.idOf("B")), statusOf);
    await settled(cancelling);
    same(
      cancelling.value?.status,
      "cancelled",
      "cancel(B), which is pending: the status of what it returns",
      {},
      "cancel",
    );
    same(scene.status("B"), "cancelled", "cancel(B), then get(B): its status", {}, "cancel");
    await scene.finishAll();
    same(
      scene.begun,
      "A C",
      "A runs, B and C wait, B is cancelled, A ends: what has begun in the end",
      { "cancelled-one-runs": "A B C" },
      "cancel",
    );
    same(scene.status("B"), "cancelled", "B was cancelled, and all others are over: its status", {}, "cancel");
  });

  test("a cancelled task has a time at which it was over, and no result and no error", async () => {
    const scene = sceneOf(1);
    scene.submit();
    await letSettle();
    const { started_at, finished_at, result, error, progress } = scene.queue.cancel(scene.idOf("A"));
    same(
      { started_at, finished_at, result, error, progress },
      { started_at: null, finished_at: new Date(clock.dateMs).toISOString(), result: null, error: null, progress: 0 },
      "cancel(A), pending: the rest of what it returns",
      {},
      "cancel",
    );
  });

  test("one that is cancelled takes no slot and no turn", async () => {
    const scene = sceneOf(2);
    scene.submitAll(2, 2, 2, 2, 2);
    await letSettle();
    for (const name of ["A", "B", "D"]) scene.queue.cancel(scene.idOf(name));
    scene.start();
    await letSettle();
    same(
      scene.begun,
      "C E",
      "A to E submitted, A, B and D cancelled, then start() with concurrency 2: what has begun",
      { "cancelled-one-takes-a-slot": (seen) => seen === "C" || seen === "", "cancelled-one-runs": "A B" },
      "cancel",
    );
  });

  test("an unknown id is a TaskNotFoundError", async () => {
    const scene = sceneOf(1);
    scene.submit();
    for (const id of ["no such task", "", "__proto__", "constructor", "toString", "0"]) {
      const cancelling = call(`cancel(${JSON.stringify(id)})`, () => scene.queue.cancel(id), statusOf);
      await letSettle();
      rejectedWithA(
        given.TaskNotFoundError as unknown as ErrorConstructor,
        cancelling,
        `cancel(${JSON.stringify(id)})`,
        { "names-of-objects-are-tasks": () => Object.hasOwn(Object.prototype, id) },
      );
    }
    same(
      scene.status("A"),
      "pending",
      "after cancel of unknown ids: the status of the task that is there",
      {},
      "cancel",
    );
  });

  test("a task that is not pending any more is a TaskNotPendingError, and stays as it is", async () => {
    const scene = sceneOf(1);
    scene.submitAll(1, 1, 1, 3);
    scene.start();
    await letSettle();
    await refused(scene, "A", "processing");
    await scene.finish("A");
    await refused(scene, "A", "completed");
    await scene.fail("B", new Error("boom"));
    await refused(scene, "B", "failed");
    scene.queue.cancel(scene.idOf("D"));
    await letSettle();
    await refused(scene, "D", "cancelled");
  });

  explored("in every order of calls, what is cancelled never runs, and what runs is never cancelled", {
    ...scopeOf({
      id: "cancel",
      taskQueue,
      errors,
      concurrency: 1,
      calls: ["submit", "start", "finish", "cancel"],
      priorities: [2],
      isMine: has("cancel"),
      tells: cancelTells,
    }),
  });
});

async function refused(scene: TaskScene, name: string, status: string): Promise<void> {
  const cancelling = call(`cancel(${name})`, () => scene.queue.cancel(scene.idOf(name)), statusOf);
  await letSettle();
  rejectedWithA(
    given.TaskNotPendingError as unknown as ErrorConstructor,
    cancelling,
    `cancel(${name}), which is ${status}`,
    {
      "cancels-what-runs": () => status === "processing",
    },
  );
  same(scene.status(name), status, `cancel(${name}), refused: its status`, {}, "cancel");
}

const statusOf = (task: { status: string }): string => `a task, ${task?.status}`;

describe("05.6", () => {
  test("stop starts no further task, waits for those that run, and leaves the others pending", async () => {
    const scene = sceneOf(2);
    scene.start();
    scene.submitAll(2, 2, 2, 2);
    await letSettle();
    const stopping = call("stop()", () => scene.queue.stop());
    await letSettle();
    claim(
      stopping.state === "waiting",
      "stop() while A and B run: expected it to wait for them, but it has ended already",
      "stop-does-not-wait",
      "stop",
    );
    await scene.finish("A");
    claim(
      stopping.state === "waiting",
      "stop() while A and B run, A ends: expected it to wait for B, but it has ended already",
      undefined,
      "stop",
    );
    same(
      scene.begun,
      "A B",
      "stop() while A and B run, A ends: what has begun",
      { "starts-after-stop": "A B C" },
      "stop",
    );
    await scene.finish("B");
    await settled(stopping);
    same(
      scene.submitted.map((_task, index) => scene.status("ABCD"[index] ?? "")),
      ["completed", "completed", "pending", "pending"],
      "stop() while A and B run and C and D wait, A and B end: the statuses",
      { "stop-drops-what-waits": (seen) => seen[2] !== "pending" && seen[2] !== "processing" },
      "stop",
    );
  });

  test("start goes on with what stop left", async () => {
    const scene = sceneOf(1);
    scene.start();
    scene.submit();
    await letSettle();
    scene.submitAll(3, 1);
    const stopping = call("stop()", () => scene.queue.stop());
    await scene.finishAll();
    await settled(stopping);
    scene.submit({ priority: 1 });
    await letSettle();
    same(scene.begun, "A", "stop() is over, D is submitted: what has begun", { "starts-after-stop": "A D" }, "stop");
    scene.start();
    await letSettle();
    await scene.finishAll();
    same(
      scene.begun,
      "A C D B",
      "A has run, stop() with B and C of priorities 3 and 1 pending, D of priority 1, start(): the order in which they began",
      {},
      "start",
    );
  });

  test("stop in the turn of a submit loses nothing, starts nothing and keeps the order", async () => {
    const scene = sceneOf(2);
    scene.start();
    scene.submitAll(2, 2);
    await letSettle();
    await scene.finishAll();
    scene.submitAll(2, 2);
    const stopping = call("stop()", () => scene.queue.stop());
    await letSettle();
    const did = "A and B have run, submit C and D, stop() in the same turn";
    const runs = scene.runs.filter(({ isOver }) => !isOver).map(({ name }) => name);
    claim(
      runs.length === 0 || stopping.state === "waiting",
      `${did}: expected stop() to wait for what runs, but it has ended, and ${runs.join(" and ")} runs`,
      "stop-does-not-wait",
      "stop",
    );
    await scene.finishAll();
    await settled(stopping);
    scene.submit();
    scene.start();
    await letSettle();
    await scene.finishAll();
    same(scene.begun, "A B C D E", `${did}, then submit E, start(): the order in which all began`, {}, "start");
  });

  test("start on a started queue does nothing", async () => {
    const scene = sceneOf(2);
    scene.submitAll(2, 2, 2, 2, 2, 2);
    for (let times = 0; times < 3; times++) {
      scene.start();
      await letSettle();
    }
    same(
      scene.begun,
      "A B",
      "concurrency 2, six tasks, start() three times: what has begun",
      { "every-start-adds-slots": (seen) => seen.split(" ").length > 2 },
      "start",
    );
  });

  test("stop on an idle queue resolves, started or not, once or twice", async () => {
    const scene = sceneOf(2);
    await settled(call("stop()", () => scene.queue.stop()));
    scene.start();
    await letSettle();
    await settled(
      call("stop()", () => scene.queue.stop()),
      call("stop()", () => scene.queue.stop()),
    );
    scene.start();
    scene.submit();
    await letSettle();
    const both = [call("stop()", () => scene.queue.stop()), call("stop()", () => scene.queue.stop())];
    await letSettle();
    claim(
      both.every(({ state }) => state === "waiting"),
      "stop() twice while A runs: expected both to wait for it, but one has ended already",
      undefined,
      "stop",
    );
    await scene.finish("A");
    await settled(...both);
  });

  test("stop waits for one that fails as for one that succeeds", async () => {
    const scene = sceneOf(2);
    scene.start();
    scene.submit();
    await letSettle();
    const stopping = call("stop()", () => scene.queue.stop());
    await scene.fail("A", new Error("boom"));
    await settled(stopping);
    claim(
      stopping.state === "resolved",
      `stop() while A runs, A fails: expected it to resolve, but it rejected with ${String(stopping.reason)}`,
      undefined,
      "stop",
    );
    same(scene.status("A"), "failed", "stop() while A runs, A fails: the status of A", {}, "stop");
  });

  test("start while a stop still waits keeps within concurrency", async () => {
    const scene = sceneOf(2);
    scene.start();
    scene.submitAll(2, 2, 2, 2, 2);
    await letSettle();
    const stopping = call("stop()", () => scene.queue.stop());
    await letSettle();
    note("you", "start()");
    scene.queue.start();
    await letSettle();
    same(
      scene.begun,
      "A B",
      "concurrency 2, A and B run, stop(), start() while it waits: what has begun",
      { "restart-forgets-what-runs": (seen) => seen.split(" ").length > 2 },
      "start",
    );
    await scene.finish("A");
    same(scene.begun, "A B C", "A and B run, stop(), start(), A ends: what has begun", {}, "start");
    await scene.finishAll();
    await settled(stopping);
    same(scene.begun, "A B C D E", "stop(), start() while it waits, all end: what has begun", {}, "start");
  });

  explored("in every order of calls, stop starts nothing, and start goes on where it stopped", {
    ...scopeOf({
      id: "stop",
      taskQueue,
      errors,
      concurrency: 1,
      calls: ["submit", "start", "finish", "stop"],
      priorities: [2],
      isMine: has("stop"),
      tells: stopTells,
    }),
  });
});

/** A payload without the name by which the scene knows it. */
function rest({ name: _name, ...others }: Record<string, unknown>): string {
  return JSON.stringify(others);
}
