// Misconception: Whoever failed goes to the end of the line.
// Way out: Then a retry waits for every fresh item. Give it a higher priority than it had, and let `compare` look at that.
// Must fail: 03.8 an item whose call rejects is tried again before any fresh one
// Must fail: 03.8 an item whose call throws synchronously is tried again before any fresh one
// Must fail: 03.8 an item whose call rejects with undefined is tried again before any fresh one
// Must fail: 03.8 with several workers too, no fresh item is called while a failed one waits
// Stands for: priority-retry.ts

import { AsyncQueue } from "./async-queue.ts";

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

interface Job<T> {
  item: T;
  attempts: number;
}

export async function processWithRetries<T, R>(
  items: Iterable<T>,
  call: (item: T) => Promise<R>,
  { workers = 2, maxAttempts = 5 }: { workers?: number; maxAttempts?: number } = {},
): Promise<RetryReport<T, R>> {
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be 1 or more, got ${workers}`);
  if (!Number.isInteger(maxAttempts) || maxAttempts < 1) {
    throw new RangeError(`maxAttempts must be 1 or more, got ${maxAttempts}`);
  }
  const report: RetryReport<T, R> = { succeeded: [], failed: [] };
  const queue = new AsyncQueue<Job<T>>();
  for (const item of items) await queue.put({ item, attempts: 0 });
  const done = new AbortController();

  const runWorker = async (): Promise<void> => {
    while (true) {
      let job: Job<T>;
      try {
        job = await queue.get({ signal: done.signal });
      } catch {
        return;
      }
      const { item } = job;
      const attempts = job.attempts + 1;
      try {
        const value = await call(item);
        report.succeeded.push({ item, value, attempts });
      } catch (error) {
        if (attempts < maxAttempts) await queue.put({ item, attempts });
        else report.failed.push({ item, error, attempts });
      }
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());
  await queue.join();
  done.abort();
  await Promise.all(running);
  return report;
}
