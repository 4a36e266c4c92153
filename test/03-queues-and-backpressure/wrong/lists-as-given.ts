// Misconception: The report lists the items in the order in which they were given.
// Way out: Its order is that in which they ended: add each one when it has succeeded or is given up.
// Must fail: 03.8 each list is in the order in which the items ended
// Must fail: 03.8 a call that runs while the queue is empty may still fail, and is tried again
// Stands for: priority-retry.ts

import { PriorityQueue } from "./ordered-queues.ts";

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

interface Job<T> {
  item: T;
  attempts: number;
  index: number;
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
  const succeeded: RetryReport<T, R>["succeeded"] = [];
  const failed: RetryReport<T, R>["failed"] = [];
  const queue = new PriorityQueue<Job<T>>({ compare: (a, b) => b.attempts - a.attempts });
  let count = 0;
  for (const item of items) await queue.put({ item, attempts: 0, index: count++ });
  const done = new AbortController();

  const runWorker = async (): Promise<void> => {
    while (true) {
      let job: Job<T>;
      try {
        job = await queue.get({ signal: done.signal });
      } catch {
        return;
      }
      const { item, index } = job;
      const attempts = job.attempts + 1;
      try {
        const value = await call(item);
        succeeded[index] = { item, value, attempts };
      } catch (error) {
        if (attempts < maxAttempts) await queue.put({ item, attempts, index });
        else failed[index] = { item, error, attempts };
      }
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());
  await queue.join();
  done.abort();
  await Promise.all(running);
  // `filter` leaves out the places of those that ended the other way.
  return { succeeded: succeeded.filter(() => true), failed: failed.filter(() => true) };
}
