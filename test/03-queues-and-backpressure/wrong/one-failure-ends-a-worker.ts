// Misconception: One `try` around a worker's loop is enough to survive work that fails.
// Way out: Where does the code go on after the `catch`? Behind the loop. Put the `try` around the one call of `work`, inside the loop.
// Must fail: 03.6 work that rejects costs no worker: as many as possible go on
// Must fail: 03.6 work that throws synchronously costs no worker: as many as possible go on
// Must fail: 03.6 work that rejects with undefined costs no worker: as many as possible go on
// Must fail: 03.6 `processed` counts a worker's work that resolved, `failed` that which rejected or threw
// Must fail: 03.6 an iterator that throws while work fails: it rejects with the iterator's error
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
    let beganMs = 0;
    const measure = (): void => {
      lastEndMs = performance.now();
      busyMs += lastEndMs - beganMs;
      stats.averageMs = busyMs / (stats.processed + stats.failed);
      queue.taskDone();
    };
    try {
      while (true) {
        const item = await queue.get({ signal: idle.signal });
        beganMs = performance.now();
        await work(item, name);
        stats.processed += 1;
        measure();
      }
    } catch {
      if (!idle.signal.aborted) {
        stats.failed += 1;
        measure();
      }
    }
    return stats;
  };
  const running = Array.from({ length: workers }, (_, index) => runWorker(`W${index}`));

  try {
    for await (const item of items) await queue.put(item);
  } finally {
    await queue.join();
    idle.abort();
  }
  return { workers: await Promise.all(running), elapsedMs: lastEndMs - startedMs };
}
