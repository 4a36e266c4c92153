// The SQS endpoint under the consumer that most people use: sqs-consumer, over a real socket and in real
// time. Nothing here is judged by how long it takes.

import { type Message, SQS } from "@aws-sdk/client-sqs";
import { Consumer, type ConsumerOptions } from "sqs-consumer";
import { expect, test } from "vitest";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { clientSettings } from "../../scripts/sqs-endpoint/in-process.ts";
import { listen } from "../../scripts/sqs-endpoint/listening.ts";
import { VisibilityQueue } from "../../solutions/04-visibility-queue/visibility-queue.ts";

process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

const MESSAGES = 1000;
const MOST_RECEIVES = 3;

/** What becomes of a message, by its number. */
const isPoison = (number: number) => number % 50 === 0;
const failsOnce = (number: number) => number % 50 === 1;
const isForgottenOnce = (number: number) => number % 100 === 2;
const SLOW = 503;

test("1,000 messages, handlers that fail, visibility that expires: all handled or dead, none lost", async () => {
  const endpoint = new SqsEndpoint({ engine: VisibilityQueue });
  const listening = await listen(endpoint, { port: 0 });
  const { requestHandler: _inProcess, ...settings } = clientSettings(endpoint);
  const sqs = new SQS(settings);

  const deadUrl = await queueCalled(sqs, "orders-dead", {});
  const deadLetterTargetArn = (await attributesOf(sqs, deadUrl)).QueueArn;
  const QueueUrl = await queueCalled(sqs, "orders", {
    VisibilityTimeout: "1",
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount: MOST_RECEIVES }),
  });
  for (let first = 0; first < MESSAGES; first += 10) {
    const Entries = Array.from({ length: 10 }, (_, index) => ({ Id: `n${index}`, MessageBody: String(first + index) }));
    await sqs.sendMessageBatch({ QueueUrl, Entries });
  }

  const deliveries = new Map<number, number>();
  const handled = new Set<number>();
  let slowIsWithAnother = () => {};
  const secondDeliveryOfSlow = new Promise<void>((resolve) => {
    slowIsWithAnother = resolve;
  });
  const work = async (message: Message): Promise<Message | undefined> => {
    const number = Number(message.Body);
    const delivery = (deliveries.get(number) ?? 0) + 1;
    deliveries.set(number, delivery);
    if (isPoison(number) || (failsOnce(number) && delivery === 1)) throw new Error(`Cannot print ${number}`);
    if (isForgottenOnce(number) && delivery === 1) return undefined;
    if (number === SLOW && delivery === 1) await secondDeliveryOfSlow;
    else if (number === SLOW) slowIsWithAnother();
    handled.add(number);
    return message;
  };
  const each = { handleMessage: work, batchSize: 3 };
  const batchwise = {
    handleMessageBatch: async (messages: Message[]) => {
      const results = await Promise.allSettled(messages.map(work));
      return results.flatMap((result) => (result.status === "fulfilled" && result.value ? [result.value] : []));
    },
  };
  const consumers = [each, batchwise, batchwise].map((handler) => consumerOf(sqs, QueueUrl, handler));
  await drained(sqs, QueueUrl, consumers);

  const dead = new Set<number>();
  const counted = new Set<string | undefined>();
  const ofTheDead = consumerOf(sqs, deadUrl, {
    handleMessageBatch: async (messages) => {
      for (const { Body, Attributes } of messages) {
        dead.add(Number(Body));
        counted.add(Attributes?.ApproximateReceiveCount);
      }
      return messages;
    },
  });
  await drained(sqs, deadUrl, [ofTheDead]);
  sqs.destroy();
  endpoint.close();
  await listening.close();

  const numbers = Array.from({ length: MESSAGES }, (_, number) => number);
  expect([...dead].sort((a, b) => a - b)).toEqual(numbers.filter(isPoison));
  expect([...handled].sort((a, b) => a - b)).toEqual(numbers.filter((number) => !isPoison(number)));
  expect([...counted]).toEqual([String(MOST_RECEIVES + 1)]);
  for (const number of dead) expect(deliveries.get(number)).toBe(MOST_RECEIVES);
  for (const number of numbers.filter((one) => failsOnce(one) || isForgottenOnce(one) || one === SLOW)) {
    expect(deliveries.get(number)).toBeGreaterThanOrEqual(2);
  }
});

type Handler = Pick<ConsumerOptions, "handleMessage" | "handleMessageBatch" | "batchSize">;

function consumerOf(sqs: SQS, queueUrl: string, handler: Handler): Consumer {
  const consumer = Consumer.create({
    sqs,
    queueUrl,
    batchSize: 10,
    ...handler,
    waitTimeSeconds: 1,
    messageSystemAttributeNames: ["ApproximateReceiveCount"],
    // A message whose handler throws is given back at once.
    terminateVisibilityTimeout: true,
  });
  // A handler that throws is part of the plan.
  consumer.on("processing_error", () => {});
  return consumer;
}

/** Lets the consumers work until the queue has nothing left: none that waits, and none in flight. */
async function drained(sqs: SQS, queueUrl: string, consumers: Consumer[]): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    for (const consumer of consumers) {
      consumer.on("error", reject);
      consumer.on("empty", () => {
        attributesOf(sqs, queueUrl).then((attributes) => {
          const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = attributes;
          if (ApproximateNumberOfMessages === "0" && ApproximateNumberOfMessagesNotVisible === "0") resolve();
        }, reject);
      });
      consumer.start();
    }
  });
  for (const consumer of consumers) {
    consumer.removeAllListeners("error");
    consumer.on("error", () => {});
    consumer.stop({ abort: true });
  }
}

async function queueCalled(sqs: SQS, QueueName: string, Attributes: Record<string, string>): Promise<string> {
  return (await sqs.createQueue({ QueueName, Attributes })).QueueUrl ?? expect.fail("no URL");
}

async function attributesOf(sqs: SQS, QueueUrl: string) {
  return (await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] })).Attributes ?? {};
}
