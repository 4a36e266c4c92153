// A right answer: an async generator yields the messages, and a permit for each bounds what it asks for.
// Stands for: queue-processor.ts

import { setTimeout as sleep } from "node:timers/promises";
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

/** So many may go on at the same time. */
class Permits {
  #waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** Takes as many as there are, `most` at most: one at the least. */
  async take(most: number): Promise<number> {
    while (this.free === 0) await new Promise<void>((resolve) => this.#waiting.push(resolve));
    const taken = Math.min(most, this.free);
    this.free -= taken;
    return taken;
  }

  giveBack(number: number): void {
    this.free += number;
    for (const wake of this.#waiting.splice(0)) setImmediate(wake);
  }
}

export async function runQueueProcessor(options: ProcessorOptions): Promise<ProcessorReport> {
  const { sqs, queueUrl, handler, signal, maxWorkers = 10, waitTimeSeconds = 20, onError } = options;
  if (!Number.isInteger(maxWorkers) || maxWorkers <= 0) throw new TypeError("maxWorkers: a whole number from 1 up");
  if (Number.isNaN(waitTimeSeconds) || waitTimeSeconds < 0) throw new RangeError("waitTimeSeconds: 0 to 20");
  const report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };
  const permits = new Permits(maxWorkers);
  const visibility = sqs
    .send(new GetQueueAttributesCommand({ QueueUrl: queueUrl, AttributeNames: ["VisibilityTimeout"] }))
    .then(
      ({ Attributes }) => Number(Attributes?.VisibilityTimeout),
      () => 30,
    );

  async function* messages(): AsyncGenerator<Message> {
    let pauseMs = 100;
    while (!signal.aborted) {
      const permitted = await permits.take(10);
      let received: Message[] = [];
      try {
        if (signal.aborted) return;
        const asking = { QueueUrl: queueUrl, MaxNumberOfMessages: permitted, WaitTimeSeconds: waitTimeSeconds };
        ({ Messages: received = [] } = await sqs.send(new ReceiveMessageCommand(asking), { abortSignal: signal }));
        pauseMs = 100;
      } catch (error) {
        if (signal.aborted) return;
        onError?.(error);
        await sleep(pauseMs, undefined, { signal }).catch(() => {});
        pauseMs *= 2;
      } finally {
        permits.giveBack(permitted - received.length);
      }
      yield* received;
    }
  }

  const extend = async ({ ReceiptHandle }: Message, ended: AbortSignal): Promise<void> => {
    const VisibilityTimeout = await visibility;
    const command = new ChangeMessageVisibilityCommand({ QueueUrl: queueUrl, ReceiptHandle, VisibilityTimeout });
    while (!ended.aborted) {
      try {
        await sleep(VisibilityTimeout * 450, undefined, { signal: ended });
        await sqs.send(command);
      } catch (error) {
        if (!ended.aborted) onError?.(error);
      }
    }
  };

  const toDelete: Message[] = [];
  let deleter: Promise<void> | undefined;
  const deleteAll = async (): Promise<void> => {
    for (let attempt = 0; toDelete.length > 0 && attempt < 20; attempt++) {
      const batches = Array.from({ length: Math.ceil(toDelete.length / 10) }, () => toDelete.splice(0, 10));
      const sent = batches.map(async (batch) => {
        const Entries = batch.map((message, index) => ({ Id: `m-${index}`, ReceiptHandle: message.ReceiptHandle }));
        const { Successful = [] } = await sqs.send(new DeleteMessageBatchCommand({ QueueUrl: queueUrl, Entries }));
        report.deleted += Successful.length;
        const gone = new Set(Successful.map(({ Id }) => Id));
        toDelete.push(...batch.filter((_message, index) => !gone.has(`m-${index}`)));
      });
      for (const outcome of await Promise.allSettled(sent)) {
        if (outcome.status === "rejected") onError?.(outcome.reason);
      }
      if (toDelete.length > 0) await sleep(20);
    }
    deleter = undefined;
  };

  const work = async (message: Message): Promise<void> => {
    const ended = new AbortController();
    const extending = extend(message, ended.signal);
    try {
      await handler(message);
      report.processed += 1;
      toDelete.push(message);
      deleter ??= new Promise((resolve) => setImmediate(resolve)).then(deleteAll);
    } catch (error) {
      report.failed += 1;
      onError?.(error, message);
    }
    permits.giveBack(1);
    ended.abort();
    await extending;
  };

  const atWork = new Set<Promise<void>>();
  for await (const message of messages()) {
    const working = work(message).finally(() => atWork.delete(working));
    atWork.add(working);
  }
  await Promise.all(atWork);
  await deleter;
  return report;
}
