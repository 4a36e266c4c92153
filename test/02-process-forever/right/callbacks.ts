// A right answer: nothing but callbacks inside one promise constructor; a counter says when a batch has settled.

export interface BatchSource<T> {
  receiveBatch(batchSize: number): Promise<T[]>;
}

export type MessageHandler<T> = (message: T) => void | Promise<void>;

export interface Logger {
  info(text: string): void;
  error(text: string): void;
}

export interface ProcessOptions<T> {
  signal: AbortSignal;
  batchSize?: number;
  pollIntervalMs?: number;
  onError?: (error: unknown, message: T) => void;
  maxMessages?: number;
  logger?: Logger;
}

export interface ProcessStats {
  processed: number;
  failed: number;
  averageMs: number;
}

export function processForever<T>(
  source: BatchSource<T>,
  handler: MessageHandler<T>,
  options: ProcessOptions<T>,
): Promise<ProcessStats> {
  const signal = options.signal;
  const logger = options.logger ?? console;
  const limit = options.maxMessages ?? Infinity;
  let processed = 0;
  let failed = 0;
  let totalMs = 0;

  return new Promise((resolve, reject) => {
    const report = (): void => logger.info(`${processed} processed, ${failed} failed`);

    function receive(): void {
      const left = limit - processed - failed;
      if (signal.aborted || left <= 0) {
        report();
        resolve({ processed, failed, averageMs: totalMs === 0 ? 0 : totalMs / (processed + failed) });
        return;
      }
      const asked = Math.min(options.batchSize ?? 5, left);
      const receiving = new Promise<T[]>((settle) => settle(source.receiveBatch(asked)));
      receiving.then(begin, (error: unknown) => {
        report();
        reject(error);
      });
    }

    function begin(batch: T[]): void {
      if (batch.length === 0) {
        wait();
        return;
      }
      let running = batch.length;
      for (const message of batch) {
        handle(message, () => {
          running -= 1;
          if (running === 0) receive();
        });
      }
    }

    function handle(message: T, done: () => void): void {
      const startedMs = performance.now();
      const end = (): void => {
        totalMs += performance.now() - startedMs;
        done();
      };
      const succeed = (): void => {
        processed += 1;
        end();
      };
      const fail = (error: unknown): void => {
        failed += 1;
        logger.error(`Failed: ${error}`);
        options.onError?.(error, message);
        end();
      };
      let working: void | Promise<void>;
      try {
        working = handler(message);
      } catch (error) {
        queueMicrotask(() => fail(error));
        return;
      }
      Promise.resolve(working).then(succeed, fail);
    }

    function wait(): void {
      if (signal.aborted) {
        receive();
        return;
      }
      const over = (): void => {
        clearTimeout(timer);
        signal.removeEventListener("abort", over);
        receive();
      };
      const timer = setTimeout(over, options.pollIntervalMs ?? 1000);
      signal.addEventListener("abort", over);
    }

    receive();
  });
}
