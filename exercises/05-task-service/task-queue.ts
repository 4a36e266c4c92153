// Lesson: lessons/05-task-service.md      Check: npm run check 05
//
// A web server answers in milliseconds, and the work behind some requests takes minutes. Build what
// stands between: it takes tasks at once, does them later, a few at a time, and can say how each stands.

import type { Task, TaskStatus, TaskSubmission, TaskType } from "./models.ts";

// The queues of lesson 03 are there: the reference's in "#solution/03-queues-and-backpressure/…", your own
// in "#lesson/03-queues-and-backpressure/…".

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
  /** All tasks, by id. */
  readonly #tasks = new Map<string, Task>();

  /**
   * @throws {RangeError} Unless `concurrency` and `maxUnfinished` are whole numbers from 1 up, or
   * `Infinity`; and if `keepFinishedMs` is negative or NaN.
   */
  constructor(options: TaskQueueOptions) {
    throw new Error("Not written yet: the constructor");
  }

  /**
   * Adds a task. It is processed when the queue is started, a slot is free, and no other goes before.
   *
   * @returns The task, pending.
   * @throws {TooManyTasksError} Going further: with `maxUnfinished` tasks pending or processing. Nothing is added.
   */
  submit(submission: TaskSubmission): Task {
    // TODO 05.1: A slot may come free in an hour. Which task is it for, and when is that decided?
    throw new Error("Not written yet: submit");
  }

  /** The task as it is now; `undefined` for an unknown id. */
  get(id: string): Task | undefined {
    // TODO 05.3: The caller keeps what you return, and may change it. Your task goes on changing, too.
    return this.#tasks.get(id);
  }

  /** The tasks as they are now, in the order of submission: all, or those with this status. */
  list(status?: TaskStatus): Task[] {
    throw new Error("Not written yet: list");
  }

  /**
   * Makes a pending task cancelled: it is never processed.
   *
   * @returns The task, cancelled.
   * @throws {TaskNotFoundError} For an unknown id.
   * @throws {TaskNotPendingError} When its status is any other. Nothing changes.
   */
  cancel(id: string): Task {
    throw new Error("Not written yet: cancel");
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
    // TODO 05.5: Two watchers, one quick and one slow, and both must see every state. Where does a state wait?
    throw new Error("Not written yet: watch");
  }

  /** Processes tasks from now on. On a started queue it does nothing. */
  start(): void {
    // TODO 05.2: A task ends, well or badly, or its processor throws at once. Who fills its slot?
    throw new Error("Not written yet: start");
  }

  /**
   * Begins no further task. Pending ones stay pending until the next {@link start}.
   *
   * @returns Resolves when the tasks that are being processed now have ended; a processor that waits
   * for it waits for itself.
   */
  async stop(): Promise<void> {
    // TODO 05.6: While this waits, `start` may be called. How many slots are free then?
    throw new Error("Not written yet: stop");
  }
}
