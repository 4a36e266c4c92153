// Lesson: lessons/03-queues-and-backpressure.md      Check: npm run check 03
//
// A deploy stops this service at a moment of its own choosing. Let it take in nothing new from then on,
// finish everything it has accepted, and only then go.
//
// The queue is your own: import { AsyncQueue } from "./async-queue.ts".

export interface PipelineOptions<T> {
  /** Makes item number `index`, counted from 0. */
  produce: (index: number) => T;

  /** Does the work for one item. One that rejects or throws counts as handled. */
  handle: (item: T) => Promise<void>;

  /** Stops the producer; what was queued by then is still handled. */
  signal: AbortSignal;

  /**
   * How long the producer waits between two items, in milliseconds. The clock starts when an item is
   * in the queue.
   *
   * @default 300
   */
  intervalMs?: number;

  /**
   * How many items are handled at the same time, at most.
   *
   * @default 2
   */
  workers?: number;

  /**
   * How many items wait for a worker, at most; may be `Infinity`. The producer waits where it is
   * reached.
   *
   * @default 5
   */
  maxSize?: number;
}

/**
 * Produces an item at once and one every `intervalMs`, and has them handled by `workers` workers,
 * until `options.signal` aborts.
 *
 * Then it produces no more, and handles what was queued. An item that was still waiting for room is
 * given up, and not counted.
 *
 * @returns Resolves when nothing is left to handle, with `produced === handled`: an abort is how the
 * pipeline ends, not an error.
 * @throws {RangeError} Unless `workers` and `maxSize` are whole numbers from 1 up (`maxSize` may be
 * `Infinity`). Then nothing is called.
 * @throws What `produce` throws, once everything that was queued is handled.
 */
export async function runUntilShutdown<T>(options: PipelineOptions<T>): Promise<{ produced: number; handled: number }> {
  // TODO 03.7: When the signal aborts, the producer may be waiting. In how many places, and for what?

  // TODO 03.7: The workers must not stop when the producer does. How do they learn that nothing more comes?

  throw new Error("Not written yet: runUntilShutdown");
}
