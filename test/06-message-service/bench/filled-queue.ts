// A queue with messages in it, on an endpoint of its own that listens on 127.0.0.1.

import { SQSClient } from "@aws-sdk/client-sqs";
import { VisibilityQueue } from "#solution/04-visibility-queue/visibility-queue.ts";
import { SqsEndpoint } from "../../../scripts/sqs-endpoint/endpoint.ts";
import { listen } from "../../../scripts/sqs-endpoint/listening.ts";

const BATCH = 10;

/** Those that deletes are confirmed for are counted here: the queue is empty when none is left. */
class CountingQueue extends VisibilityQueue {
  static left = 0;
  static onEmpty = (): void => {};

  override ack(receipt: string): void {
    super.ack(receipt);
    CountingQueue.left -= 1;
    if (CountingQueue.left === 0) CountingQueue.onEmpty();
  }
}

export class FilledQueue {
  private constructor(
    readonly sqs: SQSClient,
    readonly queueUrl: string,
    readonly close: () => void,
  ) {}

  /** Its messages are numbered from "0". */
  static async of(items: number): Promise<FilledQueue> {
    const endpoint = new SqsEndpoint({ engine: CountingQueue });
    const listening = await listen(endpoint, { port: 0 });
    const { QueueUrl } = (await endpoint.answer("CreateQueue", { QueueName: "messages" })) as { QueueUrl: string };
    for (let first = 0; first < items; first += BATCH) {
      const Entries = Array.from({ length: Math.min(BATCH, items - first) }, (_entry, place) => ({
        Id: `${place}`,
        MessageBody: `${first + place}`,
      }));
      await endpoint.answer("SendMessageBatch", { QueueUrl, Entries });
    }
    CountingQueue.left = items;
    const sqs = new SQSClient({
      region: "us-east-1",
      endpoint: listening.url,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    });
    return new FilledQueue(sqs, QueueUrl, () => {
      sqs.destroy();
      endpoint.close();
      void listening.close();
    });
  }

  /** Closes everything when `running` has ended; where it ends before it is asked to, the round has failed. */
  ends(running: Promise<unknown>, stop: AbortController): void {
    running.then(
      () => {
        this.close();
        if (!stop.signal.aborted) throw new Error("it ended before it was told to stop");
      },
      (error) => {
        this.close();
        throw error;
      },
    );
  }

  isEmpty(): Promise<void> {
    return new Promise((resolve) => {
      if (CountingQueue.left === 0) resolve();
      CountingQueue.onEmpty = resolve;
    });
  }
}
