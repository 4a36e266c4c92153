// A right answer: the producer ends the line with a mark for each worker, and everybody goes home by themselves.
// Stands for: graceful-shutdown.ts

import { once } from "node:events";
import { AsyncQueue } from "./async-queue.ts";

export interface PipelineOptions<T> {
  produce: (index: number) => T;
  handle: (item: T) => Promise<void>;
  signal: AbortSignal;
  intervalMs?: number;
  workers?: number;
  maxSize?: number;
}

type Slot<T> = { item: T } | "end";

export async function runUntilShutdown<T>({
  produce,
  handle,
  signal,
  intervalMs = 300,
  workers = 2,
  maxSize = 5,
}: PipelineOptions<T>): Promise<{ produced: number; handled: number }> {
  if (workers < 1 || workers % 1 !== 0) throw new RangeError(`workers: ${workers}`);
  if (!Number.isFinite(workers)) throw new RangeError("workers must be finite");
  const queue = new AsyncQueue<Slot<T>>({ maxSize });

  async function producer(): Promise<number> {
    let index = 0;
    try {
      while (!signal.aborted) {
        const item = produce(index);
        try {
          await queue.put({ item }, { signal });
        } catch {
          return index;
        }
        index += 1;
        await interval();
      }
      return index;
    } finally {
      for (let n = 0; n < workers; n++) await queue.put("end");
    }
  }

  async function interval(): Promise<void> {
    if (signal.aborted) return;
    const over = new AbortController();
    let timer: NodeJS.Timeout | undefined;
    const passed = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, intervalMs);
    });
    await Promise.race([passed, once(signal, "abort", { signal: over.signal }).catch(() => {})]);
    clearTimeout(timer);
    over.abort();
  }

  async function worker(): Promise<number> {
    for (let handled = 0; ; handled++) {
      const slot = await queue.get();
      if (slot === "end") return handled;
      await Promise.allSettled([Promise.resolve(slot.item).then(handle)]);
    }
  }

  const crew = Array.from({ length: workers }, worker);
  const [production] = await Promise.allSettled([producer()]);
  const handled = (await Promise.all(crew)).reduce((sum, count) => sum + count, 0);
  if (production.status === "rejected") throw production.reason;
  return { produced: production.value, handled };
}
