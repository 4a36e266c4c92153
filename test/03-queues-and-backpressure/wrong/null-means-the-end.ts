// Misconception: A `null` after the last item tells a worker that there is no more.
// Way out: The caller's items may be `null` too. An end mark has to be something that no caller can put in: a symbol of your own, or a signal beside the queue.
// Must fail: 03.6 0, '', null and false are items like any other
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
  const queue = new AsyncQueue<T | null>({ maxSize });

  const runWorker = async (name: string): Promise<WorkerStats> => {
    const stats: WorkerStats = { name, processed: 0, failed: 0, averageMs: 0 };
    let busyMs = 0;
    while (true) {
      const item = await queue.get();
      if (item === null) return stats;
      const beganMs = performance.now();
      try {
        await work(item, name);
        stats.processed += 1;
      } catch {
        stats.failed += 1;
      } finally {
        lastEndMs = performance.now();
        busyMs += lastEndMs - beganMs;
        stats.averageMs = busyMs / (stats.processed + stats.failed);
      }
    }
  };
  const running = Array.from({ length: workers }, (_, index) => runWorker(`W${index}`));

  try {
    for await (const item of items) await queue.put(item);
  } finally {
    for (let index = 0; index < workers; index++) await queue.put(null);
    await Promise.all(running);
  }
  return { workers: await Promise.all(running), elapsedMs: lastEndMs - startedMs };
}
