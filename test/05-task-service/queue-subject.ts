// How schedules call the learner's task queue, and the processors that they end.

import { ABORTED, changedMyMind, type Subject } from "../support/schedules/specification.ts";
import { show } from "../support/words.ts";
import { tasksInWords } from "./queue-specification.ts";
import { type TaskQueueClass, TaskScene } from "./task-scene.ts";

export function queueSubject(
  taskQueue: () => TaskQueueClass,
  errors: () => Record<string, abstract new (...args: never[]) => Error>,
  concurrency: number,
): Subject<TaskScene> {
  const submitterAt = new WeakMap<TaskScene, Map<number, number>>();
  const indexOf = (scene: TaskScene, step: number) => submitterAt.get(scene)?.get(step) ?? -1;

  return {
    make() {
      const scene = new TaskScene(taskQueue(), { concurrency }, { isQuiet: true });
      submitterAt.set(scene, new Map());
      return scene;
    },
    perform(scene, { call, n = 2, of = 0 }, at) {
      switch (call) {
        case "submit":
        case "submitThrowing":
          submitterAt.get(scene)?.set(at, scene.submitted.length);
          return scene.submit({ priority: n, throws: call === "submitThrowing" ? new Error("boom") : undefined });
        case "start":
          return scene.queue.start();
        case "stop":
          return scene.queue.stop();
        case "finish":
          scene.runOf(indexOf(scene, of))?.finish(null);
          return null;
        case "fail":
          scene.runOf(indexOf(scene, of))?.fail(new Error("failed"));
          return null;
        default:
          return scene.queue.cancel(scene.submitted[indexOf(scene, of)]?.id ?? "");
      }
    },
    outcome({ call }, ended) {
      if ("reason" in ended) {
        const { reason } = ended;
        if (reason === changedMyMind) return ABORTED;
        const known = Object.entries(errors()).find(([, type]) => reason instanceof type);
        return known ? `✗ ${known[0]}` : `✗ ${reason instanceof Error ? reason.name : show(reason)}`;
      }
      if (call.startsWith("submit")) return "a task";
      return call === "cancel"
        ? show((ended.value as { status?: unknown } | null)?.status).replaceAll("'", "")
        : "done";
    },
    shows: ({ queue }) => tasksInWords(queue.list()),
    objection(scene) {
      if (scene.atWork > concurrency)
        return `expected at most ${concurrency} at work with concurrency ${concurrency}, got ${scene.atWork}`;
      const twice = scene.runs.find((run, index) => scene.runs.findIndex(({ id }) => id === run.id) !== index);
      if (twice) return `expected each task to run once, but ${scene.nameOf(twice.id)} was run again`;
      return undefined;
    },
    events: ["finish", "fail"],
    method: (call) => (call === "submitThrowing" ? "submit" : call),
    label: ({ call, n = 2, of = 0 }, name) => {
      switch (call) {
        case "submit":
          return `submit({ priority: ${n} })`;
        case "submitThrowing":
          return `submit({ priority: ${n} }), whose processor throws at once`;
        case "cancel":
          return `cancel(the task of ${name(of)})`;
        case "finish":
          return `the task of ${name(of)} succeeds`;
        case "fail":
          return `the task of ${name(of)} fails`;
        default:
          return `${call}()`;
      }
    },
  };
}
