// Misconception: `Promise.all` over as many items as there are workers keeps all workers busy.
// Way out: A chunk is as slow as its slowest item, and the other workers wait for it. Let each worker take its next item when it is free.
// Must fail: 03.6 as many as possible are at work: 3 workers, and a queue of 5
// Must fail: 03.6 as many as possible are at work: 2 workers, and a queue of 1
// Must fail: 03.6 as many as possible are at work: 5 workers, and a queue of 1
// Must fail: 03.6 as many as possible are at work: 3 workers, and a queue of Infinity
// Must fail: 03.6 work that rejects costs no worker: as many as possible go on
// Must fail: 03.6 work that throws synchronously costs no worker: as many as possible go on
// Must fail: 03.6 work that rejects with undefined costs no worker: as many as possible go on
// Must fail: 03.6 `averageMs` of a worker that had nothing to do is 0
// Must fail: 03.6 `maxSize` is 5 where it is left out
// Must fail: 03.6 an item of a slow source is worked on as soon as it comes
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

  const busyMs = new Map<WorkerStats, number>();
  const crew: WorkerStats[] = Array.from({ length: workers }, (_, index) => ({
    name: `W${index}`,
    processed: 0,
    failed: 0,
    averageMs: 0,
  }));

  const workOn = async (item: T, stats: WorkerStats): Promise<void> => {
    const beganMs = performance.now();
    try {
      await work(item, stats.name);
      stats.processed += 1;
    } catch {
      stats.failed += 1;
    } finally {
      lastEndMs = performance.now();
      const spentMs = (busyMs.get(stats) ?? 0) + lastEndMs - beganMs;
      busyMs.set(stats, spentMs);
      stats.averageMs = spentMs / (stats.processed + stats.failed);
      queue.taskDone();
    }
  };

  const workInChunks = async (): Promise<void> => {
    while (true) {
      const chunk: T[] = [];
      try {
        chunk.push(await queue.get({ signal: idle.signal }));
      } catch {
        return;
      }
      while (chunk.length < workers) {
        const next = queue.tryGet();
        if (next === undefined) break;
        chunk.push(next);
      }
      await Promise.all(chunk.map((item, index) => workOn(item, crew[index] as WorkerStats)));
    }
  };
  const running = workInChunks();

  try {
    for await (const item of items) await queue.put(item);
  } finally {
    await queue.join();
    idle.abort();
    await running;
  }
  return { workers: crew, elapsedMs: lastEndMs - startedMs };
}
