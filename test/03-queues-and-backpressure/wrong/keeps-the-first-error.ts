// Misconception: The first error is the one that explains the failure.
// Way out: The contract asks for the last one: it says why the item was given up. Take the error of the call that has just failed.
// Must fail: 03.8 `error` is the error of the last call
// Stands for: priority-retry.ts

import { PriorityQueue } from "./ordered-queues.ts";

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

interface Job<T> {
  item: T;
  attempts: number;
  error?: unknown;
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
  const queue = new PriorityQueue<Job<T>>({ compare: (a, b) => b.attempts - a.attempts });
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
        const first = attempts === 1 ? error : job.error;
        if (attempts < maxAttempts) await queue.put({ item, attempts, error: first });
        else report.failed.push({ item, error: first, attempts });
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
