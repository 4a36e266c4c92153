// A right answer: no loop at all. One function looks at what there is to do, whenever something has happened. A poll
// that asks for too few is aborted, and asked anew.
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

export function runQueueProcessor(options: ProcessorOptions): Promise<ProcessorReport> {
  const { sqs, queueUrl: QueueUrl, handler, signal, maxWorkers = 10, waitTimeSeconds = 20, onError } = options;
  if (!(Number.isInteger(maxWorkers) && maxWorkers > 0)) throw new RangeError("maxWorkers");
  if (!(waitTimeSeconds >= 0)) throw new RangeError("waitTimeSeconds");

  return new Promise((resolve) => {
    const report: ProcessorReport = { processed: 0, failed: 0, deleted: 0 };
    const toDelete: Message[] = [];
    let running = 0;
    let deleting = 0;
    let failures = 0;
    let pause: NodeJS.Timeout | undefined;
    let isDue = false;
    let isOver = false;
    let poll: { asked: number; controller: AbortController; hasWaited: boolean } | undefined;

    const soon = (): void => {
      if (isDue) return;
      isDue = true;
      setImmediate(() => {
        isDue = false;
        look();
      });
    };

    const look = (): void => {
      if (isOver) return;
      const free = Math.min(10, maxWorkers - running);
      // One that has just been made may be about to bring something: what is cut off then is gone for a while.
      if (poll && (signal.aborted || (poll.asked < free && poll.hasWaited))) poll.controller.abort();
      else if (!poll && !pause && !signal.aborted && free > 0) receive(free);
      while (toDelete.length > 0 && (deleting === 0 || toDelete.length >= 10)) remove(toDelete.splice(0, 10));
      if (signal.aborted && pause) {
        clearTimeout(pause);
        pause = undefined;
      }
      if (signal.aborted && !poll && running === 0 && deleting === 0) {
        isOver = true;
        signal.removeEventListener("abort", look);
        resolve(report);
      }
    };

    const receive = (asked: number): void => {
      const controller = new AbortController();
      const timer = setTimeout(() => {
        if (poll) poll.hasWaited = true;
        look();
      }, 2000);
      poll = { asked, controller, hasWaited: false };
      sqs
        .send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: asked, WaitTimeSeconds: waitTimeSeconds }), {
          abortSignal: controller.signal,
        })
        .then(({ Messages }) => {
          failures = 0;
          for (const message of Messages ?? []) handle(message);
        })
        .catch((error) => {
          if (controller.signal.aborted) return;
          failures += 1;
          pause = setTimeout(
            () => {
              pause = undefined;
              look();
            },
            Math.min(250 * failures ** 2, 20_000),
          );
          onError?.(error);
        })
        .finally(() => {
          clearTimeout(timer);
          poll = undefined;
          look();
        });
    };

    const handle = (message: Message): void => {
      running += 1;
      const stopBeating = beat(message);
      new Promise<void>((settle) => settle(handler(message)))
        .then(
          () => {
            report.processed += 1;
            toDelete.push(message);
          },
          (error) => {
            report.failed += 1;
            onError?.(error, message);
          },
        )
        .finally(() => {
          running -= 1;
          stopBeating();
          soon();
        });
    };

    const remove = (batch: Message[]): void => {
      deleting += 1;
      const Entries = batch.map(({ ReceiptHandle }, place) => ({ Id: `entry_${place}`, ReceiptHandle }));
      sqs
        .send(new DeleteMessageBatchCommand({ QueueUrl, Entries }))
        .then(({ Successful, Failed }) => {
          report.deleted += Successful?.length ?? 0;
          for (const { Id = "" } of Failed ?? []) {
            const message = batch[Number(Id.slice("entry_".length))];
            if (message) toDelete.push(message);
          }
        })
        // Their visibility timeout brings them back.
        .catch((error) => onError?.(error))
        .finally(() => {
          deleting -= 1;
          soon();
        });
    };

    let seconds: Promise<number> | undefined;
    const beat = ({ ReceiptHandle }: Message): (() => void) => {
      let timer: NodeJS.Timeout | undefined;
      let hasEnded = false;
      seconds ??= sqs
        .send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ["VisibilityTimeout"] }))
        .then(({ Attributes }) => Number(Attributes?.VisibilityTimeout));
      seconds.then(
        (VisibilityTimeout) => {
          if (hasEnded) return;
          timer = setInterval(() => {
            const command = new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout });
            sqs.send(command).catch(() => {});
          }, VisibilityTimeout * 500);
        },
        () => {},
      );
      return () => {
        hasEnded = true;
        clearInterval(timer);
      };
    };

    signal.addEventListener("abort", look);
    look();
  });
}
