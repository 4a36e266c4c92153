// Misconception: A report sets the progress; nobody reports when the work is over.
// Way out: A processor can call `report` from a timer that it forgot. Look at the status first: a final one never changes again.
// Stands for: task-queue.ts
// Must fail: 05.3 a report after the end changes nothing

import { randomUUID } from "node:crypto";
import { inspect } from "node:util";
// To build on your own queues of lesson 03, write `#lesson/…` in the place of `#solution/…`.
import { AsyncQueue } from "#solution/03-queues-and-backpressure/async-queue.ts";
import { PriorityQueue } from "#solution/03-queues-and-backpressure/ordered-queues.ts";
import type { Task, TaskStatus, TaskSubmission, TaskType } from "./models.ts";

/**
 * Does the work for a task of one type.
 *
 * @param task A copy of the task, the processor's own: changing it changes nothing.
 * @param report Tells how far the work is, from 0 to 100; what lies outside is clamped, and NaN is
 * ignored. After the end of the task it does nothing.
 * @returns The task's result, a JSON value; `undefined` counts as `null`. Rejecting or throwing fails the task.
 */
export type Processor = (task: Task, report: (progress: number) => void) => Promise<unknown>;

/** No task has this id. */
export class TaskNotFoundError extends Error {
  override readonly name = "TaskNotFoundError";
}

/** The task is not pending any more: it runs, or it has a final status. */
export class TaskNotPendingError extends Error {
  override readonly name = "TaskNotPendingError";
}

/** Going further: as many tasks as the queue may hold are pending or processing. */
export class TooManyTasksError extends Error {
  override readonly name = "TooManyTasksError";
}

export interface TaskQueueOptions {
  /** Who does the work, for each type of task. */
  processors: Record<TaskType, Processor>;

  /**
   * How many tasks are processed at the same time, at most; may be `Infinity`.
   *
   * @default 3
   */
  concurrency?: number;

  /**
   * Going further: how many tasks may be pending or processing. With so many, `submit` throws.
   *
   * @default Infinity
   */
  maxUnfinished?: number;

  /**
   * Going further: how long a task with a final status can still be asked for, in milliseconds,
   * counted from its end. After that its id is unknown.
   *
   * @default Infinity
   */
  keepFinishedMs?: number;
}

export interface WatchOptions {
  /** Ends the watch: its step rejects with `signal.reason`, the waiting one or the next. */
  signal?: AbortSignal;
}

/**
 * Keeps tasks, and processes the pending ones by priority: the lowest number first, equals in the
 * order of submission.
 *
 * Every task that it returns or yields is a snapshot: it stays as it is, and cannot be changed.
 */
export class TaskQueue {
  /** All tasks that can be asked for, by id, in the order of submission. */
  readonly #entries = new Map<string, Entry>();

  /** The pending tasks, and cancelled ones whose turn has not come. Empty while a slot of a started queue is free. */
  readonly #line = new PriorityQueue<Entry>({ compare: (a, b) => a.task.priority - b.task.priority });

  /** How many in `#line` are cancelled: `cancel` counts up, whoever takes one out counts down. */
  #cancelledInLine = 0;

  /** The slots that are taken: a promise for each task that is processed. It resolves when the slot is free again. */
  readonly #running = new Set<Promise<void>>();

  /** When each task with a final status got it, on the clock of `performance.now()`; the earliest first. */
  readonly #finishedMs = new Map<string, number>();

  /** Whether free slots are filled. Only `start` and `stop` write it. */
  #isStarted = false;

  // The options as they were given, or their defaults: nothing changes them.
  readonly #processors: Record<TaskType, Processor>;
  readonly #concurrency: number;
  readonly #maxUnfinished: number;
  readonly #keepFinishedMs: number;

  /**
   * @throws {RangeError} Unless `concurrency` and `maxUnfinished` are whole numbers from 1 up, or
   * `Infinity`; and if `keepFinishedMs` is negative or NaN.
   */
  constructor(options: TaskQueueOptions) {
    const { processors, concurrency = 3 } = options;
    const { maxUnfinished = Number.POSITIVE_INFINITY, keepFinishedMs = Number.POSITIVE_INFINITY } = options;
    for (const [name, value] of Object.entries({ concurrency, maxUnfinished })) {
      if (value === Number.POSITIVE_INFINITY || (Number.isInteger(value) && value >= 1)) continue;
      throw new RangeError(`Expected \`${name}\` to be a whole number from 1 up, or Infinity, got ${value}`);
    }
    if (!(keepFinishedMs >= 0)) {
      throw new RangeError(
        `Expected \`keepFinishedMs\` to be a number of milliseconds from 0 up, got ${keepFinishedMs}`,
      );
    }
    this.#processors = processors;
    this.#concurrency = concurrency;
    this.#maxUnfinished = maxUnfinished;
    this.#keepFinishedMs = keepFinishedMs;
  }

  /**
   * Adds a task. It is processed when the queue is started, a slot is free, and no other goes before.
   *
   * @returns The task, pending.
   * @throws {TooManyTasksError} Going further: with `maxUnfinished` tasks pending or processing. Nothing is added.
   */
  submit(submission: TaskSubmission): Task {
    this.#forgetOld();
    const unfinished = this.#entries.size - this.#finishedMs.size;
    if (unfinished >= this.#maxUnfinished) {
      throw new TooManyTasksError(`Expected fewer than ${this.#maxUnfinished} unfinished tasks, got ${unfinished}`);
    }
    const task = Object.freeze<Task>({
      id: randomUUID(),
      task_type: submission.task_type,
      payload: frozenCopy(submission.payload) as Task["payload"],
      priority: submission.priority,
      status: "pending",
      progress: 0,
      result: null,
      error: null,
      created_at: nowAsText(),
      started_at: null,
      finished_at: null,
    });
    const entry: Entry = { task, watchers: new Set() };
    this.#entries.set(task.id, entry);
    this.#line.tryPut(entry);
    this.#fillSlots();
    return task;
  }

  /** The task as it is now; `undefined` for an unknown id. */
  get(id: string): Task | undefined {
    this.#forgetOld();
    return this.#entries.get(id)?.task;
  }

  /** The tasks as they are now, in the order of submission: all, or those with this status. */
  list(status?: TaskStatus): Task[] {
    this.#forgetOld();
    const tasks = Array.from(this.#entries.values(), ({ task }) => task);
    return status === undefined ? tasks : tasks.filter((task) => task.status === status);
  }

  /**
   * Makes a pending task cancelled: it is never processed.
   *
   * @returns The task, cancelled.
   * @throws {TaskNotFoundError} For an unknown id.
   * @throws {TaskNotPendingError} When its status is any other. Nothing changes.
   */
  cancel(id: string): Task {
    const entry = this.#find(id);
    const { status } = entry.task;
    if (status !== "pending") throw new TaskNotPendingError(`Expected a pending task, and ${id} is ${status}`);
    this.#change(entry, { status: "cancelled", finished_at: nowAsText() });
    this.#cancelledInLine += 1;
    this.#thinOut();
    return entry.task;
  }

  /**
   * Yields the task as it is at the first step, then after every change of its status or progress,
   * and ends after its final status. Nothing is left out for a slow consumer, and nobody waits for it.
   *
   * A watch that is neither aborted, nor broken off, nor read to its end is kept until the task ends.
   *
   * @throws {TaskNotFoundError} For an unknown id.
   */
  watch(id: string, options: WatchOptions = {}): AsyncIterable<Task> {
    return statesOf(this.#find(id), options.signal);
  }

  /** Processes tasks from now on. On a started queue it does nothing. */
  start(): void {
    this.#isStarted = true;
    this.#fillSlots();
  }

  /**
   * Begins no further task. Pending ones stay pending until the next {@link start}.
   *
   * @returns Resolves when the tasks that are being processed now have ended; a processor that waits
   * for it waits for itself.
   */
  async stop(): Promise<void> {
    this.#isStarted = false;
    await Promise.all(this.#running);
  }

  #find(id: string): Entry {
    this.#forgetOld();
    const entry = this.#entries.get(id);
    if (!entry) throw new TaskNotFoundError(`Expected the id of a task, got ${id}`);
    return entry;
  }

  /** Whoever adds a task, frees a slot or starts the queue calls this, in the same step. */
  #fillSlots(): void {
    while (this.#isStarted && this.#running.size < this.#concurrency) {
      const entry = this.#takeNext();
      if (!entry) return;
      const ended = this.#process(entry).then(() => {
        this.#running.delete(ended);
        this.#fillSlots();
      });
      this.#running.add(ended);
    }
  }

  #takeNext(): Entry | undefined {
    for (let entry = this.#line.tryGet(); entry; entry = this.#line.tryGet()) {
      if (entry.task.status === "pending") return entry;
      this.#cancelledInLine -= 1;
    }
    return undefined;
  }

  /** pending → processing → completed, or failed. It never rejects. */
  async #process(entry: Entry): Promise<void> {
    this.#change(entry, { status: "processing", started_at: nowAsText() });
    const report = (progress: number) => {
      const clamped = Math.min(100, Math.max(0, progress));
      const isNews = !Number.isNaN(clamped) && clamped !== entry.task.progress;
      if (isNews) this.#change(entry, { progress: clamped });
    };
    try {
      // The slot is taken before the processor is called: it may submit, start and stop as it likes.
      await null;
      const result = await this.#processors[entry.task.task_type](structuredClone(entry.task), report);
      const changes = { progress: 100, result: frozenCopy(result), finished_at: nowAsText() };
      this.#change(entry, { status: "completed", ...changes });
    } catch (error) {
      this.#change(entry, { status: "failed", error: messageOf(error), finished_at: nowAsText() });
    }
  }

  /** Every change of a task goes through here, and is told to its watchers. */
  #change(entry: Entry, changes: Partial<Task>): void {
    entry.task = Object.freeze({ ...entry.task, ...changes });
    for (const states of entry.watchers) states.tryPut(entry.task);
    if (entry.task.finished_at === null) return;
    entry.watchers.clear();
    this.#finishedMs.set(entry.task.id, performance.now());
  }

  /**
   * A cancelled task leaves the line when its turn comes, which may be never while the queue is
   * stopped. Once most of the line is cancelled, the others are put in line anew: in the same order,
   * and at a cost of a few steps for each cancel.
   */
  #thinOut(): void {
    if (this.#cancelledInLine <= this.#line.size / 2) return;
    const pending: Entry[] = [];
    for (let entry = this.#takeNext(); entry; entry = this.#takeNext()) pending.push(entry);
    for (const entry of pending) this.#line.tryPut(entry);
  }

  /** No timer: a queue that nobody asks does not grow, and nothing keeps the process alive. */
  #forgetOld(): void {
    const nowMs = performance.now();
    for (const [id, finishedMs] of this.#finishedMs) {
      if (nowMs - finishedMs < this.#keepFinishedMs) return;
      this.#finishedMs.delete(id);
      this.#entries.delete(id);
    }
  }
}

/** A task as the queue keeps it. */
interface Entry {
  /** Its state now. Only `#change` puts another in its place. */
  task: Task;

  /** What each watcher has not seen yet. A watch adds its own and removes it; the final status removes all. */
  readonly watchers: Set<AsyncQueue<Task>>;
}

async function* statesOf(entry: Entry, signal: AbortSignal | undefined): AsyncGenerator<Task, void> {
  const states = new AsyncQueue<Task>();
  // Without a listener, an abort while the consumer is busy elsewhere would go unnoticed until its next step.
  const leave = () => {
    entry.watchers.delete(states);
    signal?.removeEventListener("abort", leave);
  };
  states.tryPut(entry.task);
  entry.watchers.add(states);
  signal?.addEventListener("abort", leave);
  try {
    let task: Task;
    do {
      task = await states.get({ signal });
      yield task;
    } while (task.finished_at === null);
  } finally {
    leave();
  }
}

/**
 * A JSON value, apart from the one it was copied from and frozen all the way down; `undefined`
 * becomes null. Throws where there is no JSON for it: it could not be shown to a client.
 */
function frozenCopy(value: unknown): unknown {
  return JSON.parse(JSON.stringify(value) ?? "null", (_key, part: unknown) => Object.freeze(part));
}

function messageOf(thrown: unknown): string {
  const message = (thrown as { message?: unknown } | null | undefined)?.message;
  if (typeof message === "string") return message;
  return typeof thrown === "string" ? thrown : inspect(thrown);
}

function nowAsText(): string {
  return new Date().toISOString();
}
