// Misconception: When the queue has handed out its last item, the work is done.
// Way out: Taken is not finished. Call `taskDone` when the work on the item has ended, and not when it was taken.
// Must fail: 03.6 `processed` counts a worker's work that resolved, `failed` that which rejected or threw
// Must fail: 03.6 `averageMs` is the mean duration of a call, failed ones too
// Must fail: 03.6 `averageMs` of a worker that had nothing to do is 0
// Must fail: 03.6 `elapsedMs` is from the call to the end of the last work
// Must fail: 03.6 it resolves when the last work has ended, not before
// Must fail: 03.6 an iterator that throws: the items produced so far are finished, then it rejects with that error
// Must fail: 03.6 an async iterator that throws: the items produced so far are finished, then it rejects with that error
// Must fail: 03.6 an iterator that throws while work fails: it rejects with the iterator's error
// Must fail: 03.6 two pools at the same time keep apart
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

  const runWorker = async (stats: WorkerStats): Promise<void> => {
    let busyMs = 0;
    while (true) {
      let item: T;
      try {
        item = await queue.get({ signal: idle.signal });
      } catch {
        return;
      }
      queue.taskDone();
      const beganMs = performance.now();
      try {
        await work(item, stats.name);
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
  const stats = Array.from({ length: workers }, (_, index) => ({
    name: `W${index}`,
    processed: 0,
    failed: 0,
    averageMs: 0,
  }));
  for (const row of stats) runWorker(row);

  try {
    for await (const item of items) await queue.put(item);
  } finally {
    await queue.join();
    idle.abort();
  }
  return { workers: stats, elapsedMs: lastEndMs - startedMs };
}
