// A right answer: as many receives at once as the free workers need, at most ten messages each. Workers that
// become free ask for themselves, beside the poll that waits already.
// Stands for: queue-processor.ts

import { once } from "node:events";
import {
  ChangeMessageVisibilityBatchCommand,
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

export async function runQueueProcessor(options: ProcessorOptions): Promise<ProcessorReport> {
  const processor = new Processor(options);
  await processor.run();
  return processor.report;
}

const chunks = <T>(items: T[]): T[][] => (items.length === 0 ? [] : [items.slice(0, 10), ...chunks(items.slice(10))]);

class Processor {
  readonly report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };
  readonly #options: ProcessorOptions;
  readonly #waitTimeSeconds: number;
  /** Workers that neither handle a message nor wait for one. */
  #free: number;
  readonly #atWork = new Set<Message>();
  readonly #open = new Set<Promise<void>>();
  #deletes: Message[] = [];
  #isDeleting = false;
  #failures = 0;
  #notBeforeMs = 0;

  constructor(options: ProcessorOptions) {
    const { maxWorkers = 10, waitTimeSeconds = 20 } = options;
    if (!Number.isSafeInteger(maxWorkers) || maxWorkers < 1) throw new RangeError("maxWorkers must be 1 or more");
    if (!(waitTimeSeconds >= 0)) throw new RangeError("waitTimeSeconds must be 0 or more");
    this.#options = options;
    this.#free = maxWorkers;
    this.#waitTimeSeconds = waitTimeSeconds;
  }

  async run(): Promise<void> {
    const { signal } = this.#options;
    if (signal.aborted) return;
    const ended = new AbortController();
    const heart = this.#beat(ended.signal);
    const aborted = once(signal, "abort");
    this.#ask();
    await aborted;
    while (this.#open.size > 0) await Promise.all(this.#open);
    ended.abort();
    await heart;
  }

  #ask(): void {
    const { signal } = this.#options;
    while (this.#free > 0 && !signal.aborted) {
      const wanted = Math.min(10, this.#free);
      this.#free -= wanted;
      this.#keep(this.#receive(wanted));
    }
  }

  #keep(work: Promise<void>): void {
    const kept = work.finally(() => this.#open.delete(kept));
    this.#open.add(kept);
  }

  async #receive(wanted: number): Promise<void> {
    const { sqs, queueUrl, signal, onError } = this.#options;
    let messages: Message[] = [];
    try {
      const waitMs = this.#notBeforeMs - performance.now();
      if (waitMs > 0) await this.#sleep(waitMs);
      if (signal.aborted) return;
      const answer = await sqs.send(
        new ReceiveMessageCommand({
          QueueUrl: queueUrl,
          MaxNumberOfMessages: wanted,
          WaitTimeSeconds: this.#waitTimeSeconds,
        }),
        { abortSignal: signal },
      );
      messages = answer.Messages ?? [];
      this.#failures = 0;
    } catch (error) {
      if (signal.aborted) return;
      this.#failures += 1;
      this.#notBeforeMs = performance.now() + Math.min(60_000, 500 * 1.7 ** this.#failures);
      onError?.(error);
    }
    for (const message of messages) this.#keep(this.#handle(message));
    this.#free += wanted - messages.length;
    setImmediate(() => this.#ask());
  }

  async #handle(message: Message): Promise<void> {
    const { handler, onError } = this.#options;
    this.#atWork.add(message);
    try {
      await handler(message);
      this.report.processed += 1;
      this.#deletes.push(message);
      if (!this.#isDeleting) this.#keep(this.#delete());
    } catch (error) {
      this.report.failed += 1;
      onError?.(error, message);
    }
    this.#atWork.delete(message);
    this.#free += 1;
    setImmediate(() => this.#ask());
  }

  async #delete(): Promise<void> {
    const { sqs, queueUrl } = this.#options;
    this.#isDeleting = true;
    await new Promise((resolve) => setImmediate(resolve));
    while (this.#deletes.length > 0) {
      const batch = this.#deletes.splice(0, 10);
      const byId = new Map<string, Message>(batch.map((message) => [crypto.randomUUID(), message]));
      const Entries = [...byId].map(([Id, { ReceiptHandle }]) => ({ Id, ReceiptHandle }));
      try {
        const { Failed = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        this.report.deleted += batch.length - Failed.length;
        for (const { Id = "" } of Failed) this.#deletes.push(...[byId.get(Id)].filter((one) => one !== undefined));
        if (Failed.length > 0) await new Promise((resolve) => setTimeout(resolve, 1000));
      } catch (error) {
        this.#options.onError?.(error);
      }
    }
    this.#isDeleting = false;
  }

  async #sleep(ms: number, signal = this.#options.signal): Promise<void> {
    if (signal.aborted) return;
    await new Promise<void>((resolve) => {
      const end = () => {
        clearTimeout(timer);
        signal.removeEventListener("abort", end);
        resolve();
      };
      const timer = setTimeout(end, ms);
      signal.addEventListener("abort", end);
    });
  }

  /** One heart for all: whatever is at work is extended, by tens, three times a visibility timeout. */
  async #beat(ended: AbortSignal): Promise<void> {
    const { sqs, queueUrl } = this.#options;
    let VisibilityTimeout = 30;
    try {
      const asking = new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout"] });
      VisibilityTimeout = Number((await sqs.send(asking)).Attributes?.VisibilityTimeout);
    } catch {
      // The default, then.
    }
    while (!ended.aborted) {
      await this.#sleep((VisibilityTimeout * 1000) / 3, ended);
      if (ended.aborted) break;
      for (const batch of chunks([...this.#atWork])) {
        const Entries = batch.map(({ ReceiptHandle }, place) => ({ Id: `${place}`, ReceiptHandle, VisibilityTimeout }));
        sqs.send(new ChangeMessageVisibilityBatchCommand({ QueueUrl: queueUrl, Entries })).catch(() => {});
      }
    }
  }
}
