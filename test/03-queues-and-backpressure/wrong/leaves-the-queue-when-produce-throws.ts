// Misconception: When `produce` throws, the pipeline is broken, and its error is all that matters.
// Way out: The items before it are good. Handle what was queued, then reject: wait for `join` in a `finally`.
// Must fail: 03.7 a `produce` that throws: what was queued is handled, then it rejects with that error
// Must fail: 03.7 an abort while the rest is handled after `produce` threw: it still rejects with that error
// Stands for: graceful-shutdown.ts

import { setTimeout as sleep } from "node:timers/promises";
import { AsyncQueue } from "./async-queue.ts";

export interface PipelineOptions<T> {
  produce: (index: number) => T;
  handle: (item: T) => Promise<void>;
  signal: AbortSignal;
  intervalMs?: number;
  workers?: number;
  maxSize?: number;
}

export async function runUntilShutdown<T>(options: PipelineOptions<T>): Promise<{ produced: number; handled: number }> {
  const { produce, handle, signal, intervalMs = 300, workers = 2, maxSize = 5 } = options;
  if (!Number.isInteger(workers) || workers < 1) throw new RangeError(`workers must be 1 or more, got ${workers}`);
  const queue = new AsyncQueue<T>({ maxSize });
  const drained = new AbortController();
  let produced = 0;
  let handled = 0;

  const runWorker = async (): Promise<void> => {
    while (true) {
      let item: T;
      try {
        item = await queue.get({ signal: drained.signal });
      } catch {
        return;
      }
      try {
        await handle(item);
      } catch {
        // Counted all the same.
      }
      handled += 1;
      queue.taskDone();
    }
  };
  const running = Array.from({ length: workers }, () => runWorker());

  try {
    while (!signal.aborted) {
      await queue.put(produce(produced), { signal });
      produced += 1;
      await sleep(intervalMs, undefined, { signal });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  }
  await queue.join();
  drained.abort();
  await Promise.all(running);
  return { produced, handled };
}
