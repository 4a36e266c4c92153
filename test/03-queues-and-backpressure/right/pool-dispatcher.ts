// A right answer: one loop that hands out the work, and waits for whatever comes first: an item or a free worker.
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

type Event<T> = { kind: "item"; item: T } | { kind: "end" } | { kind: "torn"; error: unknown } | { kind: "free" };

export async function runWorkerPool<T>(
  items: Iterable<T> | AsyncIterable<T>,
  work: (item: T, worker: string) => Promise<void>,
  options: { workers?: number; maxSize?: number } = {},
): Promise<PoolReport> {
  const workers = options.workers ?? 3;
  const maxSize = options.maxSize ?? 5;
  if (!(Number.isInteger(workers) && workers > 0)) throw new RangeError("workers");
  if (!(maxSize === Infinity || (Number.isInteger(maxSize) && maxSize > 0))) throw new RangeError("maxSize");
  const start = process.hrtime.bigint();
  const elapsed = (): number => Number(process.hrtime.bigint() - start) / 1e6;
  const durations: number[][] = Array.from({ length: workers }, () => []);
  const rows = durations.map((_, n) => ({ name: `W${n}`, processed: 0, failed: 0 }));

  async function* all(): AsyncGenerator<T> {
    yield* items;
  }
  const source = all();
  const read = (): Promise<Event<T>> =>
    source.next().then(
      (step) => (step.done ? { kind: "end" } : { kind: "item", item: step.value }),
      (error) => ({ kind: "torn", error }),
    );

  const buffer: T[] = [];
  const free = rows.map((_, n) => n).reverse();
  const running = new Map<number, Promise<Event<T>>>();
  let reading: Promise<Event<T>> | undefined = read();
  let torn: { error: unknown } | undefined;
  let lastEndMs = 0;

  const begin = async (n: number, item: T): Promise<Event<T>> => {
    const row = rows[n] as (typeof rows)[number];
    const beganMs = elapsed();
    await null;
    await Promise.resolve()
      .then(() => work(item, row.name))
      .then(
        () => row.processed++,
        () => row.failed++,
      );
    lastEndMs = elapsed();
    durations[n]?.push(lastEndMs - beganMs);
    running.delete(n);
    free.push(n);
    return { kind: "free" };
  };

  let isOver = false;
  for (;;) {
    while (buffer.length > 0 && free.length > 0) {
      const n = free.pop() as number;
      running.set(n, begin(n, buffer.shift() as T));
    }
    if (!isOver && !reading && buffer.length < maxSize) reading = read();
    const events = [...running.values(), ...(reading ? [reading] : [])];
    if (events.length === 0) break;
    const event = await Promise.race(events);
    if (event.kind === "free") continue;
    reading = undefined;
    if (event.kind === "item") buffer.push(event.item);
    else isOver = true;
    if (event.kind === "torn") torn = event;
  }
  if (torn) throw torn.error;
  const averageOf = (all: number[]): number => (all.length === 0 ? 0 : all.reduce((sum, ms) => sum + ms) / all.length);
  return {
    workers: rows.map((row, n) => ({ ...row, averageMs: averageOf(durations[n] ?? []) })),
    elapsedMs: lastEndMs,
  };
}
