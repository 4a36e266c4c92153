// A right answer: no queue and no workers. A list of fresh items, a stack of failed ones, and a count of calls that run.
// Stands for: priority-retry.ts

export interface RetryReport<T, R> {
  succeeded: { item: T; value: R; attempts: number }[];
  failed: { item: T; error: unknown; attempts: number }[];
}

interface Job<T> {
  item: T;
  attempts: number;
}

export function processWithRetries<T, R>(
  items: Iterable<T>,
  call: (item: T) => Promise<R>,
  options?: { workers?: number; maxAttempts?: number },
): Promise<RetryReport<T, R>> {
  const { workers = 2, maxAttempts = 5 } = options ?? {};
  for (const number of [workers, maxAttempts]) {
    if (!Number.isSafeInteger(number) || number <= 0) return Promise.reject(new RangeError(String(number)));
  }
  const report: RetryReport<T, R> = { succeeded: [], failed: [] };
  const fresh: Job<T>[] = Array.from(items, (item) => ({ item, attempts: 0 }));
  const failed: Job<T>[] = [];
  let running = 0;

  return new Promise((resolve) => {
    const next = (): void => {
      while (running < workers) {
        const job = failed.pop() ?? fresh.shift();
        if (!job) break;
        running += 1;
        job.attempts += 1;
        new Promise<R>((settle) => settle(call(job.item)))
          .then(
            (value) => void report.succeeded.push({ ...job, value }),
            (error) => {
              if (job.attempts >= maxAttempts) report.failed.push({ ...job, error });
              else failed.push(job);
            },
          )
          .finally(() => {
            running -= 1;
            next();
          });
      }
      if (running === 0) resolve(report);
    };
    next();
  });
}
