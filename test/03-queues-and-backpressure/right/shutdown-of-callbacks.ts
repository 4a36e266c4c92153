// A right answer: no queue and no await. Timers, lists, and one function that looks at what there is to do.
// Stands for: graceful-shutdown.ts

export interface PipelineOptions<T> {
  produce: (index: number) => T;
  handle: (item: T) => Promise<void>;
  signal: AbortSignal;
  intervalMs?: number;
  workers?: number;
  maxSize?: number;
}

export function runUntilShutdown<T>(options: PipelineOptions<T>): Promise<{ produced: number; handled: number }> {
  const { produce, handle, signal, intervalMs = 300, workers = 2, maxSize = 5 } = options;
  const isCount = (value: number): boolean => Number.isInteger(value) && value > 0;
  if (!isCount(workers)) throw new RangeError("Expected `workers` to be a whole number from 1 up");
  if (!isCount(maxSize) && maxSize !== Infinity)
    throw new RangeError("Expected `maxSize` to be a whole number from 1 up");

  return new Promise((resolve, reject) => {
    const waiting: T[] = [];
    let produced = 0;
    let handled = 0;
    let running = 0;
    let isDue = true;
    let isOver = signal.aborted;
    let failure: { error: unknown } | undefined;
    let timer: NodeJS.Timeout | undefined;

    const stop = (): void => {
      isOver = true;
      clearTimeout(timer);
      signal.removeEventListener("abort", stop);
      look();
    };

    const begin = (item: T): void => {
      running += 1;
      const end = (): void => {
        running -= 1;
        handled += 1;
        look();
      };
      new Promise<void>((resolve) => resolve(handle(item))).then(end, end);
    };

    /** Begins what can begin, makes what is due where there is room, and ends it when there is nothing more. */
    const look = (): void => {
      while (waiting.length > 0 && running < workers) begin(waiting.shift() as T);
      if (!isOver && isDue && (waiting.length < maxSize || running < workers)) {
        isDue = false;
        try {
          waiting.push(produce(produced));
        } catch (error) {
          failure = { error };
          stop();
          return;
        }
        produced += 1;
        timer = setTimeout(() => {
          isDue = true;
          look();
        }, intervalMs);
        look();
        return;
      }
      if (!isOver || running > 0 || waiting.length > 0) return;
      if (failure) reject(failure.error);
      else resolve({ produced, handled });
    };

    if (!isOver) signal.addEventListener("abort", stop);
    look();
  });
}
