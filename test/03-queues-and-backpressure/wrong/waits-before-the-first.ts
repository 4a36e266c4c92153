// Misconception: Every interval ends with an item.
// Way out: Item 0 comes at once. Produce first, wait then.
// Must fail: 03.7 item 0 is produced at once, then one every `intervalMs`
// Must fail: 03.7 `produce` is called with 0, 1, 2, …
// Must fail: 03.7 `intervalMs` is 300 where it is left out
// Must fail: 03.7 the time that handling takes does not slow the producer down while there is room
// Must fail: 03.7 0, '', null and false are items like any other, and an object is handed on as it is
// Must fail: 03.7 an item that waited for room is followed by the next `intervalMs` after it went in
// Must fail: 03.7 an abort ends the wait for the next interval at once
// Must fail: 03.7 after the abort, everything that was queued is handled
// Must fail: 03.7 an abort while items are handled: they are finished before it resolves
// Must fail: 03.7 a handle that rejects counts as handled, and the pipeline goes on
// Must fail: 03.7 a handle that throws synchronously counts as handled, and the pipeline goes on
// Must fail: 03.7 a `maxSize` of Infinity is fine: the producer never waits for room
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
      await sleep(intervalMs, undefined, { signal });
      await queue.put(produce(produced), { signal });
      produced += 1;
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
