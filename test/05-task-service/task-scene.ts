// The scene of tasks 05.1 to 05.6: a task queue whose processors end when the check says so, and tasks
// that go by the names A, B, C, in the order of their submission.

import { letSettle, note } from "../support/stage.ts";
import { nameOf } from "./queue-specification.ts";

export type TaskType = "resize_image" | "generate_report" | "send_email";
export type TaskStatus = "pending" | "processing" | "completed" | "failed" | "cancelled";

export interface Task {
  id: string;
  task_type: TaskType;
  payload: Record<string, unknown>;
  priority: number;
  status: TaskStatus;
  progress: number;
  result: unknown;
  error: string | null;
  created_at: string;
  started_at: string | null;
  finished_at: string | null;
}

export interface TaskSubmission {
  task_type: TaskType;
  payload: Record<string, unknown>;
  priority: 1 | 2 | 3;
}

type Report = (progress: number) => void;
type Processor = (task: Task, report: Report) => Promise<unknown>;

/** The queue as the contract has it. */
export interface TaskQueue {
  submit(submission: TaskSubmission): Task;
  get(id: string): Task | undefined;
  list(status?: TaskStatus): Task[];
  cancel(id: string): Task;
  watch(id: string, options?: { signal?: AbortSignal }): AsyncIterable<Task>;
  start(): void;
  stop(): Promise<void>;
}

export type TaskQueueClass = new (options: {
  processors: Record<TaskType, Processor>;
  concurrency?: number;
}) => TaskQueue;

/** One call of a processor, which the check ends. */
export class Run {
  isOver = false;
  readonly ended: Promise<unknown>;
  #resolve: (result: unknown) => void = () => {};
  #reject: (reason: unknown) => void = () => {};

  constructor(
    readonly name: string,
    readonly task: Task,
    readonly report: Report,
    /** Of which type the processor is that was called. */
    readonly processor: TaskType,
  ) {
    this.ended = new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
    });
  }

  get id(): string {
    return this.task.id;
  }

  finish(result?: unknown): void {
    this.isOver = true;
    this.#resolve(result);
  }

  fail(reason: unknown): void {
    this.isOver = true;
    this.#reject(reason);
  }
}

export interface Wanted {
  priority?: number;
  task_type?: TaskType;
  payload?: Record<string, unknown>;
  /** What its processor throws as soon as it is called. */
  throws?: unknown;
}

export class TaskScene {
  readonly queue: TaskQueue;
  /** The calls of processors, in their order. */
  readonly runs: Run[] = [];
  /** What `submit` returned, in the order of submission. */
  readonly submitted: Task[] = [];
  readonly #throws = new Map<string, unknown>();
  readonly #isQuiet: boolean;

  constructor(taskQueue: TaskQueueClass, options: { concurrency?: number } = {}, { isQuiet = false } = {}) {
    this.#isQuiet = isQuiet;
    const processorOf =
      (type: TaskType): Processor =>
      (task, report) =>
        this.#begin(type, task, report);
    const processors = {
      resize_image: processorOf("resize_image"),
      generate_report: processorOf("generate_report"),
      send_email: processorOf("send_email"),
    };
    this.queue = new taskQueue({ processors, ...options });
  }

  /** Submits the next task: A, then B, then C. */
  submit({ priority = 2, task_type = "resize_image", payload, throws }: Wanted = {}): Task {
    const name = nameOf(this.submitted.length);
    if (throws !== undefined) this.#throws.set(name, throws);
    this.#note("you", `submit ${name}, priority ${priority}`);
    const submission = { task_type, payload: { name, ...payload }, priority } as TaskSubmission;
    const task = this.queue.submit(submission);
    this.submitted.push(task);
    return task;
  }

  /** Submits one task for each of `priorities`. */
  submitAll(...priorities: number[]): void {
    for (const priority of priorities) this.submit({ priority });
  }

  start(): void {
    this.#note("you", "start()");
    this.queue.start();
  }

  /** The names of the tasks that have begun, in the order in which their processors were called. */
  get begun(): string {
    return this.runs.map(({ name }) => name).join(" ");
  }

  /** How many processors are at work. */
  get atWork(): number {
    return this.runs.filter(({ isOver }) => !isOver).length;
  }

  /** The call for the task that was submitted as number `index`, if it has begun. */
  runOf(index: number): Run | undefined {
    return this.runs.find(({ name }) => name === nameOf(index));
  }

  /** The call for task `name`, which has begun. */
  run(name: string): Run {
    const found = this.runs.find((run) => run.name === name);
    if (!found) throw new Error(`${name} has not begun`);
    return found;
  }

  /** The oldest call that runs still. */
  get oldest(): Run | undefined {
    return this.runs.find(({ isOver }) => !isOver);
  }

  idOf(name: string): string {
    return this.submitted.find((_task, index) => nameOf(index) === name)?.id ?? "";
  }

  nameOf(id: string): string {
    const index = this.submitted.findIndex((task) => task.id === id);
    return index === -1 ? "a task of which submit knows nothing" : nameOf(index);
  }

  /** How `name` stands now. */
  status(name: string): string | undefined {
    return this.queue.get(this.idOf(name))?.status;
  }

  /** Ends the calls one after the other, the oldest first, until nothing runs. */
  async finishAll(): Promise<void> {
    for (let run = this.oldest; run; run = this.oldest) {
      this.#note(run.name, "succeeds");
      run.finish(null);
      await letSettle();
    }
  }

  async finish(name: string, result?: unknown): Promise<void> {
    this.#note(name, "succeeds");
    this.run(name).finish(result);
    await letSettle();
  }

  async fail(name: string, reason: unknown): Promise<void> {
    this.#note(name, "fails");
    this.run(name).fail(reason);
    await letSettle();
  }

  #begin(processor: TaskType, task: Task, report: Report): Promise<unknown> {
    const name = String(task.payload?.name);
    const run = new Run(name, task, report, processor);
    this.runs.push(run);
    this.#note(name, "begins");
    if (!this.#throws.has(name)) return run.ended;
    run.isOver = true;
    this.#note(name, "throws at once");
    throw this.#throws.get(name);
  }

  #note(lane: string, what: string): void {
    if (!this.#isQuiet) note(lane, what);
  }
}
