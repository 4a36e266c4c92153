// Misconception: A listener with `once` cleans up after itself.
// Way out: Only when the signal aborts. Every interval that ends by itself leaves its listener behind: take it off there too, or give the signal to the wait, which does so.
// Must fail: 03.7 no abort listener and no timer is left when a `produce` that throws has ended it
// Must fail: 03.7 a long run leaves no abort listeners behind, one an item
// Stands for: graceful-shutdown.ts

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
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, intervalMs);
        const stop = (): void => {
          clearTimeout(timer);
          resolve();
        };
        signal.addEventListener("abort", stop, { once: true });
      });
    }
  } catch (error) {
    if (!signal.aborted) throw error;
  } finally {
    await queue.join();
    drained.abort();
    await Promise.all(running);
  }
  return { produced, handled };
}
