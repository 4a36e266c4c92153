// Misconception: The second function of `then` catches every failure of the work.
// Way out: Work that throws before it returns a promise never gets as far as `then`. `await work(…)` inside a `try` catches both.
// Must fail: 03.6 work that throws synchronously costs no worker: as many as possible go on
// Must fail: 03.6 `processed` counts a worker's work that resolved, `failed` that which rejected or threw
// Stands for: worker-pool.ts

import { AsyncQueue } from "./async-queue.ts";

export interface WorkerStats {
  name: string;
  processed: number;
  failed: number;
  averageMs: number;
}

export interface PoolReport {
  workers: WorkerStats[];
  elapsedMs: number;
}

export async function runWorkerPool<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, worker: string) => Promise<void>,
  { workers = 3, maxSize = 5 }: { workers?: number; maxSize?: number } = {},
): Promise<PoolReport> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be 1 or more, got ${workers}`);
  const startedMs = performance.now();
  let lastEndMs = startedMs;
  const queue = new AsyncQueue<T>({ maxSize });
  const idle = new AbortController();

  const runWorker = async (name: string): Promise<WorkerStats> => {
    const stats: WorkerStats = { name, processed: 0, failed: 0, averageMs: 0 };
    let busyMs = 0;
    while (true) {
      let item: T;
      try {
        item = await queue.get({ signal: idle.signal });
      } catch {
        return stats;
      }
      const beganMs = performance.now();
      await work(item, name).then(
        () => {
          stats.processed += 1;
        },
        () => {
          stats.failed += 1;
        },
      );
      lastEndMs = performance.now();
      busyMs += lastEndMs - beganMs;
      stats.averageMs = busyMs / (stats.processed + stats.failed);
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, (_, index) => runWorker(`W${index}`));

  const crew = Promise.all(running);
  const produce = async (): Promise<void> => {
    try {
      for await (const item of items) await queue.put(item);
    } finally {
      await queue.join();
      idle.abort();
    }
  };
  await Promise.race([Promise.all([produce(), crew]), crew]);
  return { workers: await crew, elapsedMs: lastEndMs - startedMs };
}
