// A right answer: worker loops that sleep while there is nothing to do, and an `EventEmitter` for the watchers.
// Stands for: task-queue.ts

import { randomUUID } from "node:crypto";
import { EventEmitter } from "node:events";
import type { Task, TaskStatus, TaskSubmission, TaskType } from "./models.ts";

export type Processor = (task: Task, report: (progress: number) => void) => Promise<unknown>;
export class TaskNotFoundError extends Error {
  override name = "TaskNotFoundError";
}
export class TaskNotPendingError extends Error {
  override name = "TaskNotPendingError";
}

export class TaskQueue {
  private readonly tasks = new Map<string, Task>();
  private readonly changes = new EventEmitter().setMaxListeners(0);
  private readonly bell = new EventEmitter().setMaxListeners(0);
  private readonly processors: Record<TaskType, Processor>;
  private readonly concurrency: number;
  private started = false;
  private loops = 0;
  private asleep = 0;
  private working = 0;

  constructor(options: { processors: Record<TaskType, Processor>; concurrency?: number }) {
    this.processors = options.processors;
    this.concurrency = options.concurrency ?? 3;
    const isWhole = Number.isInteger(this.concurrency) && this.concurrency > 0;
    if (!isWhole && this.concurrency !== Number.POSITIVE_INFINITY) throw new RangeError("concurrency");
  }

  submit(submission: TaskSubmission): Task {
    const task: Task = {
      ...structuredClone(submission),
      id: randomUUID(),
      status: "pending",
      progress: 0,
      result: null,
      error: null,
      created_at: new Date().toISOString(),
      started_at: null,
      finished_at: null,
    };
    this.tasks.set(task.id, task);
    if (this.started) this.staff();
    return structuredClone(task);
  }

  get(id: string): Task | undefined {
    return structuredClone(this.tasks.get(id));
  }

  list(status?: TaskStatus): Task[] {
    return [...this.tasks.values()]
      .filter((task) => status === undefined || task.status === status)
      .map((task) => structuredClone(task));
  }

  cancel(id: string): Task {
    const task = this.tasks.get(id);
    if (!task) throw new TaskNotFoundError(`no task ${id}`);
    if (task.status !== "pending") throw new TaskNotPendingError(`${id} is ${task.status}`);
    this.change(task, { status: "cancelled", finished_at: new Date().toISOString() });
    return structuredClone(task);
  }

  watch(id: string, options: { signal?: AbortSignal } = {}): AsyncIterable<Task> {
    const task = this.tasks.get(id);
    if (!task) throw new TaskNotFoundError(`no task ${id}`);
    return { [Symbol.asyncIterator]: () => new Steps(task, this.changes, options.signal) };
  }

  start(): void {
    if (this.started) return;
    this.started = true;
    this.staff();
  }

  async stop(): Promise<void> {
    this.started = false;
    while (this.working > 0) await new Promise((resolve) => this.bell.once("ended", resolve));
  }

  /** A new loop where one is allowed and all others are busy; otherwise those that sleep are woken. */
  private staff(): void {
    const pending = this.list("pending").length;
    this.bell.emit("work");
    while (this.loops < this.concurrency && this.loops - this.working < pending) void this.loop();
  }

  private async loop(): Promise<never> {
    this.loops += 1;
    for (;;) {
      await null;
      const next = this.started ? this.mostUrgent() : undefined;
      if (next) {
        await this.process(next);
        continue;
      }
      this.asleep += 1;
      await new Promise((resolve) => this.bell.once("work", resolve));
      this.asleep -= 1;
    }
  }

  private mostUrgent(): Task | undefined {
    let best: Task | undefined;
    for (const task of this.tasks.values())
      if (task.status === "pending" && (!best || task.priority < best.priority)) best = task;
    return best;
  }

  private async process(task: Task): Promise<void> {
    this.working += 1;
    this.change(task, { status: "processing", started_at: new Date().toISOString() });
    try {
      const result = await this.processors[task.task_type](structuredClone(task), (progress) => {
        if (task.status === "processing") this.change(task, { progress: Math.max(0, Math.min(100, progress)) });
      });
      const value = result === undefined ? null : structuredClone(result);
      this.change(task, { status: "completed", progress: 100, result: value, finished_at: now() } as Partial<Task>);
    } catch (error) {
      this.change(task, { status: "failed", error: String((error as Error)?.message ?? error), finished_at: now() });
    }
    this.working -= 1;
    this.bell.emit("ended");
  }

  private change(task: Task, change: Partial<Task>): void {
    Object.assign(task, change);
    this.changes.emit(task.id, structuredClone(task));
  }
}

function now(): string {
  return new Date().toISOString();
}

/** A watcher subscribes at its first step. */
class Steps implements AsyncIterator<Task> {
  private states: Task[] | undefined;
  private wake: (() => void) | undefined;
  private isOver = false;
  private readonly take = (task: Task) => {
    this.states?.push(structuredClone(task));
    this.wake?.();
  };
  private readonly look = () => this.wake?.();

  constructor(
    private readonly task: Task,
    private readonly changes: EventEmitter,
    private readonly signal: AbortSignal | undefined,
  ) {}

  async next(): Promise<IteratorResult<Task>> {
    if (this.isOver) return { done: true, value: undefined };
    if (!this.states) {
      this.states = [structuredClone(this.task)];
      this.changes.on(this.task.id, this.take);
      this.signal?.addEventListener("abort", this.look);
    }
    while (this.states.length === 0 && !this.signal?.aborted) {
      await new Promise<void>((resolve) => {
        this.wake = resolve;
      });
    }
    if (this.signal?.aborted) {
      this.leave();
      throw this.signal.reason;
    }
    const task = this.states.shift() as Task;
    if (task.finished_at !== null) this.leave();
    return { done: false, value: task };
  }

  async return(): Promise<IteratorResult<Task>> {
    this.leave();
    return { done: true, value: undefined };
  }

  private leave(): void {
    this.isOver = true;
    this.changes.off(this.task.id, this.take);
    this.signal?.removeEventListener("abort", this.look);
  }
}
