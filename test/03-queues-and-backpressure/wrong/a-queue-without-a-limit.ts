// Misconception: A queue between producer and workers is backpressure already.
// Way out: Which call makes the producer wait? A queue that always has room never does: `maxSize` has to reach it.
// Must fail: 03.6 the producer never runs ahead by more than the queue, the workers and one in its hand: iterable
// Must fail: 03.6 the producer never runs ahead by more than the queue, the workers and one in its hand: async iterable
// Must fail: 03.6 `maxSize` is 5 where it is left out
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
  if (maxSize !== Infinity && (!Number.isInteger(maxSize) || maxSize < 1)) {
    throw new RangeError(`maxSize must be 1 or more, got ${maxSize}`);
  }
  const startedMs = performance.now();
  let lastEndMs = startedMs;
  const queue = new AsyncQueue<T>();
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
      try {
        await work(item, name);
        stats.processed += 1;
      } catch {
        stats.failed += 1;
      } finally {
        lastEndMs = performance.now();
        busyMs += lastEndMs - beganMs;
        stats.averageMs = busyMs / (stats.processed + stats.failed);
        queue.taskDone();
      }
    }
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
