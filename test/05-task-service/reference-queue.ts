// The queue that app.ts is graded with: the reference solution's. Its errors are the learner's own, its
// processors end when the check says so, and it counts the watches that are open.

import type { Task, TaskSubmission } from "#solution/05-task-service/models.ts";
import {
  type Processor,
  TaskNotFoundError,
  TaskNotPendingError,
  TaskQueue,
} from "#solution/05-task-service/task-queue.ts";
import { lesson } from "../support/lesson.ts";
import { letSettle, note } from "../support/stage.ts";

type OwnErrors = Pick<
  typeof import("#lesson/05-task-service/task-queue.ts"),
  "TaskNotFoundError" | "TaskNotPendingError"
>;

/** The errors that the learner's task-queue.ts exports: what app.ts looks for. Each suite file asks for them once. */
export function ownErrors(): OwnErrors {
  const own = lesson(() => import("#lesson/05-task-service/task-queue.ts"));
  const reference: OwnErrors = { TaskNotFoundError, TaskNotPendingError };
  const orElse = <Name extends keyof OwnErrors>(name: Name): OwnErrors[Name] => {
    try {
      return own[name];
    } catch {
      return reference[name];
    }
  };
  return {
    get TaskNotFoundError() {
      return orElse("TaskNotFoundError");
    },
    get TaskNotPendingError() {
      return orElse("TaskNotPendingError");
    },
  };
}

/** When `watch` of an unknown id throws. The contract leaves it open, so an app has to bear both. */
export type WhenItThrows = "at the call" | "at the first step";

interface Options {
  concurrency?: number;
  unknownWatchThrows?: WhenItThrows;
}

interface Watch {
  isOver: boolean;
  /** Somebody has called `return`, which ends it once no step waits. */
  isReturned: boolean;
  readonly signal: AbortSignal | undefined;
}

/** One task that is processed. The check says how it goes on. */
interface Run {
  report(progress: number): void;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
}

export class ReferenceQueue extends TaskQueue {
  readonly #errors: OwnErrors;
  readonly #unknownWatchThrows: WhenItThrows;
  /** The watches whose iteration has begun. */
  readonly #watches: Watch[] = [];
  readonly #runs: Map<string, Run>;

  constructor(errors: OwnErrors, { concurrency = 1, unknownWatchThrows = "at the first step" }: Options = {}) {
    const runs = new Map<string, Run>();
    const process: Processor = ({ id }, report) =>
      new Promise((resolve, reject) => runs.set(id, { report, resolve, reject }));
    super({ processors: { resize_image: process, generate_report: process, send_email: process }, concurrency });
    this.#errors = errors;
    this.#unknownWatchThrows = unknownWatchThrows;
    this.#runs = runs;
    // Whether an app starts its queue is open: a second `start` does nothing.
    this.start();
  }

  /** Watches that have begun, and have neither come to their end nor been broken off or aborted. */
  get openWatches(): number {
    return this.#watches.filter(({ isOver, signal }) => !isOver && !signal?.aborted).length;
  }

  /** Whether one of these is open for all that its `return` was called. */
  get isReturnedInVain(): boolean {
    return this.#watches.some(({ isOver, isReturned, signal }) => !isOver && isReturned && !signal?.aborted);
  }

  override cancel(id: string): Task {
    try {
      return super.cancel(id);
    } catch (error) {
      throw this.#owned(error);
    }
  }

  /**
   * An iterable and no more, as the contract has it. `return()` ends no step that waits: only its signal does.
   */
  override watch(id: string, options: { signal?: AbortSignal } = {}): AsyncIterable<Task> {
    const isKnown = this.get(id) !== undefined;
    if (!isKnown && this.#unknownWatchThrows === "at the call") throw this.#notFound(id);
    const states = isKnown ? super.watch(id, options) : undefined;
    const watch: Watch = { isOver: false, isReturned: false, signal: options.signal };
    const steps = this.#stepsOf(id, states, watch);
    const iterator: AsyncIterator<Task> = {
      next: () => steps.next(),
      return: () => {
        watch.isReturned = true;
        return steps.return(undefined);
      },
    };
    return { [Symbol.asyncIterator]: () => iterator };
  }

  async *#stepsOf(id: string, states: AsyncIterable<Task> | undefined, watch: Watch): AsyncGenerator<Task> {
    if (!states) throw this.#notFound(id);
    this.#watches.push(watch);
    try {
      yield* states;
    } finally {
      watch.isOver = true;
    }
  }

  /** Submits a task past the app. */
  add(submission: Partial<TaskSubmission> = {}): Task {
    return this.submit({ task_type: "generate_report", payload: {}, priority: 2, ...submission });
  }

  /** The same, and waits until it is processed: with `concurrency` 1, the next that are added stay pending. */
  async addRunning(submission?: Partial<TaskSubmission>): Promise<Task> {
    const task = this.add(submission);
    await letSettle();
    return task;
  }

  /** Adds a task and brings it to its end. */
  async addFinal(status: "completed" | "failed" | "cancelled"): Promise<Task> {
    if (status === "cancelled") {
      const running = await this.addRunning();
      const { id } = this.add();
      const cancelled = this.cancel(id);
      await this.complete(running.id);
      return cancelled;
    }
    const { id } = await this.addRunning();
    await (status === "completed" ? this.complete(id, { pages: 12 }) : this.fail(id, "out of paper"));
    return this.get(id) as Task;
  }

  /** The task's processor reports each of `figures`, all in the same turn. */
  async report(id: string, ...figures: number[]): Promise<void> {
    for (const progress of figures) {
      note("task", `progress ${progress}`);
      this.#run(id).report(progress);
    }
    await letSettle();
  }

  async complete(id: string, result: unknown = null): Promise<void> {
    note("task", "completed");
    this.#run(id).resolve(result);
    await letSettle();
  }

  async fail(id: string, message: string): Promise<void> {
    note("task", "failed");
    this.#run(id).reject(new Error(message));
    await letSettle();
  }

  #run(id: string): Run {
    const run = this.#runs.get(id);
    if (!run) throw new Error(`The check expected ${id} to be processed`);
    return run;
  }

  #notFound(id: string): Error {
    return new this.#errors.TaskNotFoundError(`Expected the id of a task, got ${id}`);
  }

  #owned(error: unknown): unknown {
    const message = error instanceof Error ? error.message : "";
    if (error instanceof TaskNotFoundError) return new this.#errors.TaskNotFoundError(message);
    if (error instanceof TaskNotPendingError) return new this.#errors.TaskNotPendingError(message);
    return error;
  }
}
