// A right answer: no queue at all. Two lists, and one function that is called whenever something has changed.
// Stands for: worker-pool.ts

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

export function runWorkerPool<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, worker: string) => Promise<void>,
  { workers = 3, maxSize = 5 }: { workers?: number; maxSize?: number } = {},
): Promise<PoolReport> {
  for (const limit of [workers, maxSize]) {
    const isFine = (limit === Infinity && limit !== workers) || (limit >= 1 && Number.isInteger(limit));
    if (!isFine) throw new RangeError(`Not a positive integer: ${limit}`);
  }
  const calledMs = Date.now();
  let lastEndMs = calledMs;
  const busyMs = new Map<string, number>();
  const rows = Array.from({ length: workers }, (_, n) => ({ name: `W${n}`, processed: 0, failed: 0, averageMs: 0 }));
  const idle = [...rows];
  const waiting: T[] = [];
  let source: Iterator<T> | AsyncIterator<T> | undefined;
  let isReading = false;
  let isAtItsEnd = false;
  let tear: { error: unknown } | undefined;

  return new Promise((resolve, reject) => {
    const read = (): void => {
      if (isReading || isAtItsEnd || (waiting.length >= maxSize && idle.length === 0)) return;
      isReading = true;
      Promise.resolve()
        .then(() => {
          source ??= Symbol.asyncIterator in items ? items[Symbol.asyncIterator]() : items[Symbol.iterator]();
          return source.next();
        })
        .then(
          (step) => {
            if (step.done) isAtItsEnd = true;
            else waiting.push(step.value);
          },
          (error) => {
            tear = { error };
            isAtItsEnd = true;
          },
        )
        .then(() => {
          isReading = false;
          step();
        });
    };

    const begin = (row: WorkerStats, item: T): void => {
      const beganMs = Date.now();
      const end = (outcome: "processed" | "failed") => (): void => {
        lastEndMs = Date.now();
        row[outcome] += 1;
        busyMs.set(row.name, (busyMs.get(row.name) ?? 0) + lastEndMs - beganMs);
        row.averageMs = (busyMs.get(row.name) ?? 0) / (row.processed + row.failed);
        idle.push(row);
        step();
      };
      let working: Promise<void>;
      try {
        working = Promise.resolve(work(item, row.name));
      } catch (error) {
        working = Promise.reject(error);
      }
      working.then(end("processed"), end("failed"));
    };

    const step = (): void => {
      while (waiting.length > 0) {
        const row = idle.pop();
        if (!row) break;
        begin(row, waiting.shift() as T);
      }
      read();
      if (!isAtItsEnd || idle.length < workers) return;
      if (tear) reject(tear.error);
      else resolve({ workers: rows, elapsedMs: lastEndMs - calledMs });
    };
    step();
  });
}
