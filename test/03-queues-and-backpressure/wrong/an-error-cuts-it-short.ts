// Misconception: When the source throws there is nothing more to do, so the promise rejects at once.
// Way out: The items that came before are in the queue and in work. Finish them first: a `finally` around the loop can wait for `join`.
// Must fail: 03.6 an iterator that throws: the items produced so far are finished, then it rejects with that error
// Must fail: 03.6 an async iterator that throws: the items produced so far are finished, then it rejects with that error
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

  for await (const item of items) await queue.put(item);
  await queue.join();
  idle.abort();
  return { workers: await Promise.all(running), elapsedMs: lastEndMs - startedMs };
}
