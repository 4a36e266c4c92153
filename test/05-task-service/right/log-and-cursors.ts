// A right answer: each task keeps the log of its states, and a watcher is a place in that log. A line for each priority.
// Stands for: task-queue.ts

import type { Task, TaskStatus, TaskSubmission, TaskType } from "./models.ts";

export type Processor = (task: Task, report: (progress: number) => void) => Promise<unknown>;
export class TaskNotFoundError extends Error {}
export class TaskNotPendingError extends Error {}

interface Book {
  /** Every state so far, the present one last. */
  log: Task[];
  wake: Set<() => void>;
}

export class TaskQueue {
  readonly #books: Book[] = [];
  readonly #lines: Book[][] = [[], [], [], []];
  readonly #processors: Record<TaskType, Processor>;
  #free: number;
  #isOpen = false;
  #idle: (() => void)[] = [];
  #atWork = 0;

  constructor({ processors, concurrency = 3 }: { processors: Record<TaskType, Processor>; concurrency?: number }) {
    if (concurrency !== Number.POSITIVE_INFINITY && !(Number.isSafeInteger(concurrency) && concurrency > 0))
      throw new RangeError(`concurrency: ${concurrency}`);
    this.#processors = processors;
    this.#free = concurrency;
  }

  submit({ task_type, payload, priority }: TaskSubmission): Task {
    const task: Task = {
      id: `task-${this.#books.length + 1}`,
      task_type,
      payload: structuredClone(payload),
      priority,
      status: "pending",
      progress: 0,
      result: null,
      error: null,
      created_at: new Date().toISOString(),
      started_at: null,
      finished_at: null,
    };
    const book: Book = { log: [task], wake: new Set() };
    this.#books.push(book);
    this.#lines[priority]?.push(book);
    queueMicrotask(() => this.#go());
    return structuredClone(task);
  }

  get(id: string): Task | undefined {
    const book = this.#bookOf(id);
    return book && structuredClone(now(book));
  }

  list(status?: TaskStatus): Task[] {
    const tasks = this.#books.map(now);
    return structuredClone(status ? tasks.filter((task) => task.status === status) : tasks);
  }

  cancel(id: string): Task {
    const book = this.#bookOf(id);
    if (!book) throw new TaskNotFoundError(id);
    if (now(book).status !== "pending") throw new TaskNotPendingError(now(book).status);
    const line = this.#lines[now(book).priority] ?? [];
    line.splice(line.indexOf(book), 1);
    write(book, { status: "cancelled", finished_at: new Date().toISOString() });
    return structuredClone(now(book));
  }

  async *watch(id: string, { signal }: { signal?: AbortSignal } = {}): AsyncGenerator<Task, void> {
    const book = this.#bookOf(id);
    if (!book) throw new TaskNotFoundError(id);
    for (let place = book.log.length - 1; ; place += 1) {
      signal?.throwIfAborted();
      while (place >= book.log.length) await nextEntry(book, signal);
      const task = book.log[place];
      if (!task) return;
      yield structuredClone(task);
      if (task.finished_at) return;
    }
  }

  start(): void {
    this.#isOpen = true;
    this.#go();
  }

  stop(): Promise<void> {
    this.#isOpen = false;
    return this.#atWork === 0 ? Promise.resolve() : new Promise((resolve) => this.#idle.push(resolve));
  }

  #bookOf(id: string): Book | undefined {
    return this.#books.find((book) => now(book).id === id);
  }

  #go(): void {
    while (this.#isOpen && this.#free > 0) {
      const book = this.#lines.find((line) => line.length > 0)?.shift();
      if (!book) return;
      this.#free -= 1;
      this.#atWork += 1;
      write(book, { status: "processing", started_at: new Date().toISOString() });
      this.#run(book)
        .then(
          (result) => ({ status: "completed" as const, progress: 100, result: structuredClone(result ?? null) }),
          (error: Error) => ({ status: "failed" as const, error: error.message }),
        )
        .then((end) => {
          write(book, { ...(end as Partial<Task>), finished_at: new Date().toISOString() });
          this.#free += 1;
          this.#atWork -= 1;
          this.#go();
          if (this.#atWork === 0) for (const resolve of this.#idle.splice(0)) resolve();
        });
    }
  }

  async #run(book: Book): Promise<unknown> {
    return this.#processors[now(book).task_type](structuredClone(now(book)), (progress) => {
      if (!now(book).finished_at) write(book, { progress: Math.min(Math.max(progress, 0), 100) });
    });
  }
}

function now(book: Book): Task {
  return book.log[book.log.length - 1] as Task;
}

function write(book: Book, change: Partial<Task>): void {
  book.log.push({ ...now(book), ...change });
  for (const wake of book.wake) wake();
}

async function nextEntry(book: Book, signal?: AbortSignal): Promise<void> {
  const { promise, resolve } = deferred();
  book.wake.add(resolve);
  signal?.addEventListener("abort", resolve);
  await promise;
  book.wake.delete(resolve);
  signal?.removeEventListener("abort", resolve);
  signal?.throwIfAborted();
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = (): void => {};
  const promise = new Promise<void>((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}
