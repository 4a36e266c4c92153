// A right answer: a sorted list, a pump that runs in `setImmediate`, frozen states, and a `ReadableStream` for each watcher.
// Stands for: task-queue.ts

import type { Task, TaskStatus, TaskSubmission, TaskType } from "./models.ts";

export type Processor = (task: Task, report: (progress: number) => void) => Promise<unknown>;
export class TaskNotFoundError extends Error {}
export class TaskNotPendingError extends Error {}

interface Held {
  task: Task;
  readonly outlets: Set<{ states: ReadableStreamDefaultController<Task>; leave(): void }>;
}

export class TaskQueue {
  #held: Held[] = [];
  #sorted: Held[] = [];
  #running: Promise<void>[] = [];
  #isStarted = false;
  readonly #options: { processors: Record<TaskType, Processor>; concurrency: number };

  constructor(options: { processors: Record<TaskType, Processor>; concurrency?: number }) {
    const { processors, concurrency = 3 } = options;
    if (!(concurrency >= 1) || (concurrency !== Number.POSITIVE_INFINITY && concurrency % 1 !== 0))
      throw new RangeError(`Expected a whole number, got ${concurrency}`);
    this.#options = { processors, concurrency };
  }

  submit(submission: TaskSubmission): Task {
    const held: Held = {
      task: frozen({
        id: crypto.randomUUID(),
        task_type: submission.task_type,
        payload: submission.payload,
        priority: submission.priority,
        status: "pending",
        progress: 0,
        result: null,
        error: null,
        created_at: new Date().toISOString(),
        started_at: null,
        finished_at: null,
      }),
      outlets: new Set(),
    };
    this.#held.push(held);
    const place = this.#sorted.findIndex(({ task }) => task.priority > submission.priority);
    this.#sorted.splice(place === -1 ? this.#sorted.length : place, 0, held);
    this.#pumpSoon();
    return held.task;
  }

  get(id: string): Task | undefined {
    return this.#held.find(({ task }) => task.id === id)?.task;
  }

  list(status?: TaskStatus): Task[] {
    return this.#held.flatMap(({ task }) => (status === undefined || task.status === status ? [task] : []));
  }

  cancel(id: string): Task {
    const held = this.#find(id);
    if (held.task.status !== "pending") throw new TaskNotPendingError(held.task.status);
    this.#sorted = this.#sorted.filter((one) => one !== held);
    this.#become(held, { status: "cancelled", finished_at: new Date().toISOString() });
    return held.task;
  }

  watch(id: string, { signal }: { signal?: AbortSignal } = {}): AsyncIterable<Task> {
    const held = this.#find(id);
    let leave = () => {};
    return new ReadableStream<Task>({
      start(states) {
        if (signal?.aborted) return states.error(signal.reason);
        const abort = () => {
          leave();
          states.error(signal?.reason);
        };
        const outlet = { states, leave: () => leave() };
        leave = () => {
          held.outlets.delete(outlet);
          signal?.removeEventListener("abort", abort);
        };
        signal?.addEventListener("abort", abort);
        held.outlets.add(outlet);
        states.enqueue(held.task);
        if (held.task.finished_at === null) return;
        leave();
        states.close();
      },
      cancel: () => leave(),
    });
  }

  start(): void {
    this.#isStarted = true;
    this.#pumpSoon();
  }

  async stop(): Promise<void> {
    this.#isStarted = false;
    await Promise.all(this.#running);
  }

  #find(id: string): Held {
    const held = this.#held.find(({ task }) => task.id === id);
    if (!held) throw new TaskNotFoundError(id);
    return held;
  }

  #pumpSoon(): void {
    setImmediate(() => this.#pump());
  }

  #pump(): void {
    while (this.#isStarted && this.#running.length < this.#options.concurrency) {
      const held = this.#sorted.shift();
      if (!held) return;
      this.#become(held, { status: "processing", started_at: new Date().toISOString() });
      const run: Promise<void> = this.#run(held).then(() => {
        this.#running = this.#running.filter((one) => one !== run);
        this.#pumpSoon();
      });
      this.#running.push(run);
    }
  }

  async #run(held: Held): Promise<void> {
    const change = await new Promise<Partial<Task>>((resolve) => {
      const failed = (error: unknown) =>
        resolve({ status: "failed", error: error instanceof Error ? error.message : String(error) });
      try {
        this.#options.processors[held.task.task_type](structuredClone(held.task), (progress) => {
          if (held.task.status === "processing")
            this.#become(held, { progress: progress < 0 ? 0 : progress > 100 ? 100 : progress });
        }).then(
          (result) => resolve({ status: "completed", progress: 100, result: (result ?? null) as Task["result"] }),
          failed,
        );
      } catch (error) {
        failed(error);
      }
    });
    this.#become(held, { ...change, finished_at: new Date().toISOString() });
  }

  #become(held: Held, change: Partial<Task>): void {
    held.task = frozen({ ...held.task, ...change });
    for (const { states, leave } of [...held.outlets]) {
      states.enqueue(held.task);
      if (held.task.finished_at === null) continue;
      leave();
      states.close();
    }
  }
}

/** A copy of its own, frozen all the way down. */
function frozen<T>(value: T): T {
  const copy = structuredClone(value);
  const freeze = (part: unknown): void => {
    if (typeof part !== "object" || part === null) return;
    Object.values(part).forEach(freeze);
    Object.freeze(part);
  };
  freeze(copy);
  return copy;
}
