// The scene of lesson 05's lab: clients order, the learner's app takes the orders in, the learner's queue
// has them done, a few at a time. The work itself is the lab's: it is time that passes.

import type { Task, TaskSubmission } from "#solution/05-task-service/models.ts";
import type { Stage } from "../../../scripts/lab/stage.ts";
import { Door, isNotWritten, posted } from "./door.ts";
import { CLIENTS, itemOf, type Order, Orders } from "./orders.ts";
import { Register } from "./register.ts";

export type Given = typeof import("#lesson/05-task-service/task-queue.ts") &
  typeof import("#lesson/05-task-service/app.ts");

type Queue = InstanceType<Given["TaskQueue"]>;
type Options = ConstructorParameters<Given["TaskQueue"]>[0];
type Processor = Options["processors"]["send_email"];

const PATH = "/tasks";

/** From the client to the service. */
const TRIP_MS = 40;

/** When the office orders, and how far apart its requests are. */
export const BURST_AT_MS = 1000;
const BETWEEN_MS = 5;

/** How often a task reports its progress. */
const STEPS = 4;

export async function scene(given: Given, stage: Stage): Promise<void> {
  const { workers = 3, perSecond = 0, burst = 0, bound = 0 } = stage.knobs;
  const slots = Array.from({ length: workers }, (_, index) => `slot ${index + 1}`);
  stage.cast({ producers: CLIENTS.map(({ name }) => name), consumers: slots, capacity: null });

  const register = new Register(stage, slots);
  const orders = new Orders(stage);
  const work = processor(stage, register);
  const options: Options = {
    processors: { resize_image: work, generate_report: work, send_email: work },
    concurrency: workers,
    ...(bound > 0 ? { maxUnfinished: bound } : {}),
  };
  const queue = stage.calls("new TaskQueue(…)", () => watchedQueue(given, options, register));
  const createApp = () => stage.calls("createApp(queue)", () => given.createApp(queue));
  const door = new Door<TaskSubmission>(stage, PATH, createApp, {
    says: "so the tasks go straight to your queue's submit",
    take: (submission) => stage.calls("submit(…)", () => queue.submit(submission)),
  });
  void stage.offstage(rehearsed(given, stage, options));
  startsUp(stage, queue);
  const pending = pendingReader(queue, register);
  stage.counts(() => {
    register.looksAtSlots();
    return { waiting: pending() };
  });

  let isBoundSaid = false;

  /** From the order to the answer: whether it was accepted. */
  async function place(order: Order): Promise<boolean> {
    register.offered(order);
    await stage.wait(TRIP_MS);
    const { status, inWords } = await door.post(order.submission);
    if (status < 200 || status > 299) {
      register.refused(order, inWords);
      return false;
    }
    register.accepted(order, status);
    if (bound > 0 && register.unfinished > bound && !isBoundSaid) {
      isBoundSaid = true;
      const text = `${register.unfinished} tasks are unfinished: this queue does not know maxUnfinished. See "Going further".`;
      stage.note({ kind: "says", text });
    }
    return true;
  }

  async function arrivals(fail: (error: unknown) => void): Promise<void> {
    while (perSecond > 0) {
      await stage.wait(Math.round((-Math.log(1 - stage.random("arrivals")) * 1000) / perSecond));
      place(orders.next()).catch(fail);
    }
  }

  async function rush(): Promise<void> {
    if (burst === 0) return;
    await stage.wait(BURST_AT_MS);
    const placed: Promise<boolean>[] = [];
    for (let count = 0; count < burst; count += 1) {
      placed.push(place(orders.nextOfBurst()));
      await stage.wait(BETWEEN_MS);
    }
    const accepted = (await Promise.all(placed)).filter((isAccepted) => isAccepted).length;
    const within = `within ${((stage.nowMs - BURST_AT_MS) / 1000).toFixed(2)} s`;
    const refused = accepted < burst ? ` ${burst - accepted} are turned away.` : "";
    stage.note({ kind: "says", text: `${accepted} of ${burst} reports are accepted ${within}.${refused}` });
  }

  // Nothing of a learner's can be tried where not even `submit` is written: that ends the run.
  await new Promise<void>((_resolve, reject) => {
    arrivals(reject).catch(reject);
    rush().catch(reject);
  });
}

/** The learner's queue. It tells the register what has come in, whichever app stands in front of it. */
function watchedQueue(given: Given, options: Options, register: Register): Queue {
  class WatchedQueue extends given.TaskQueue {
    override submit(submission: TaskSubmission): Task {
      const task = super.submit(submission);
      register.queued(itemOf(submission));
      return task;
    }
  }
  return new WatchedQueue(options);
}

/** Does the work of every type: lets the time pass, reports on the way, and fails where the order says so. */
function processor(stage: Stage, register: Register): Processor {
  return async (task, report) => {
    const begun = register.begins(itemOf(task));
    if (!begun) return null;
    const { order, slot } = begun;
    for (let step = 1; step <= STEPS; step += 1) {
      await stage.wait(Math.round(order.takesMs / STEPS));
      const progress = (100 * step) / STEPS;
      stage.calls(`report(${progress})`, () => report(progress));
    }
    register.ends(order, slot);
    if (order.failsWith !== undefined) throw new Error(order.failsWith);
    return { done: order.label };
  };
}

/** From here on the queue works on what it gets, if it can. */
function startsUp(stage: Stage, queue: Queue): void {
  try {
    stage.calls("start()", () => queue.start());
  } catch (error) {
    if (!isNotWritten(error)) throw error;
    stage.note({ kind: "says", text: `${error.message}. Tasks are taken in, and none begins.` });
  }
}

/** What the queue says of itself, asked when the register has seen a change: a list is a copy of many tasks. */
function pendingReader(queue: Queue, register: Register): () => number {
  let waiting = Number.NaN;
  let pending = 0;
  return () => {
    if (register.waiting === waiting) return pending;
    waiting = register.waiting;
    try {
      pending = queue.list("pending").length;
    } catch {
      // It is not written yet, or its check will say what is wrong with it.
      pending = waiting;
    }
    return pending;
  };
}

/** One request to an app of its own, which nothing comes of: the first one takes far longer than the others. */
async function rehearsed(given: Given, stage: Stage, options: Options): Promise<void> {
  try {
    const app = given.createApp(new given.TaskQueue(options));
    await posted(stage, app, PATH, { task_type: "send_email", payload: {}, priority: 3 });
  } catch {
    // Whatever is wrong with it, the first real request will show it.
  }
}
