// A right answer: a ledger of messages, each with its state; once a turn it is looked through, and everything that
// is due is begun. The only waits are for the first thing that happens next.
// Stands for: queue-processor.ts

import {
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  GetQueueAttributesCommand,
  type Message,
  ReceiveMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";

export interface ProcessorOptions {
  sqs: SQSClient;
  queueUrl: string;
  handler: (message: Message) => Promise<void>;
  signal: AbortSignal;
  maxWorkers?: number;
  waitTimeSeconds?: number;
  onError?: (error: unknown, message?: Message) => void;
}

export interface ProcessorReport {
  processed: number;
  failed: number;
  deleted: number;
}

interface Entry {
  readonly message: Message;
  state: "running" | "done" | "deleting";
  extendAtMs: number;
}

type Happened = () => void;

export async function runQueueProcessor(options: ProcessorOptions): Promise<ProcessorReport> {
  const { sqs, queueUrl, handler, signal, maxWorkers = 10, waitTimeSeconds = 20, onError } = options;
  if (!Number.isInteger(maxWorkers) || maxWorkers < 1) throw new RangeError("`maxWorkers` is no number of workers");
  if (!(waitTimeSeconds >= 0)) throw new RangeError("`waitTimeSeconds` is no duration");
  const report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };
  const ledger = new Set<Entry>();
  const happened: Happened[] = [];
  let wake: () => void = () => {};
  let isReceiving = false;
  let failures = 0;
  let receiveAtMs = 0;
  let visibilityMs = 30_000;

  /** What `work` brings is taken in on the next turn, in the order in which it came. */
  const begin = <T>(work: () => Promise<T>, then: (value: T) => void, failed: (error: unknown) => void): void => {
    const tell = (what: Happened): void => {
      happened.push(what);
      wake();
    };
    // A function that throws at once is one that rejects.
    (async () => work())().then(
      (value) => tell(() => then(value)),
      (error: unknown) => tell(() => failed(error)),
    );
  };

  const handle = (message: Message): void => {
    const entry: Entry = { message, state: "running", extendAtMs: performance.now() + visibilityMs * 0.45 };
    ledger.add(entry);
    begin(
      () => handler(message),
      () => {
        report.processed += 1;
        entry.state = "done";
      },
      (error) => {
        report.failed += 1;
        ledger.delete(entry);
        onError?.(error, message);
      },
    );
  };

  const receive = (wanted: number): void => {
    isReceiving = true;
    const input = { QueueUrl: queueUrl, MaxNumberOfMessages: wanted, WaitTimeSeconds: waitTimeSeconds };
    begin(
      () => sqs.send(new ReceiveMessageCommand(input), { abortSignal: signal }),
      ({ Messages }) => {
        isReceiving = false;
        failures = 0;
        Messages?.forEach(handle);
      },
      (error) => {
        isReceiving = false;
        if (signal.aborted) return;
        failures += 1;
        receiveAtMs = performance.now() + 200 * failures;
        onError?.(error);
      },
    );
  };

  const remove = (batch: Entry[]): void => {
    for (const entry of batch) entry.state = "deleting";
    const Entries = batch.map(({ message }, place) => ({ Id: `${place}`, ReceiptHandle: message.ReceiptHandle }));
    begin(
      () => sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries })),
      ({ Failed = [] }) => {
        batch.forEach((entry, place) => {
          const hasFailed = Failed.some(({ Id }) => Id === `${place}`);
          if (hasFailed) entry.state = "done";
          else if (ledger.delete(entry)) report.deleted += 1;
        });
      },
      () => {
        for (const entry of batch) ledger.delete(entry);
      },
    );
  };

  const extend = (entry: Entry): void => {
    entry.extendAtMs = performance.now() + visibilityMs * 0.45;
    const { ReceiptHandle } = entry.message;
    const input = { QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout: visibilityMs / 1000 };
    begin(
      () => sqs.send(new ChangeMessageVisibilityCommand(input)),
      () => {},
      () => {},
    );
  };

  const inState = (state: Entry["state"]): Entry[] => [...ledger].filter((entry) => entry.state === state);

  if (!signal.aborted) {
    const asking = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout"] });
    const attributes = await sqs.send(asking).catch(() => undefined);
    visibilityMs = Number(attributes?.Attributes?.VisibilityTimeout ?? 30) * 1000;
  }
  const onAbort = () => wake();
  signal.addEventListener("abort", onAbort);
  while (!signal.aborted || isReceiving || ledger.size > 0) {
    const running = inState("running");
    const nowMs = performance.now();
    for (const entry of running) if (entry.extendAtMs <= nowMs) extend(entry);
    for (let done = inState("done"); done.length > 0; done = inState("done")) remove(done.slice(0, 10));
    const free = maxWorkers - running.length;
    if (!signal.aborted && !isReceiving && free > 0 && receiveAtMs <= nowMs) receive(Math.min(10, free));
    const dueMs = [
      ...running.map(({ extendAtMs }) => extendAtMs),
      ...(isReceiving || signal.aborted ? [] : [receiveAtMs]),
    ];
    const nextMs = Math.min(...dueMs.filter((atMs) => atMs > nowMs), nowMs + 60_000);
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, nextMs - nowMs);
      wake = () => {
        clearTimeout(timer);
        setImmediate(resolve);
      };
    });
    for (const take of happened.splice(0)) take();
  }
  signal.removeEventListener("abort", onAbort);
  return report;
}
