// Calls of the SDK on one queue of the SQS endpoint, where time is virtual.

import type {
  ReceiveMessageCommandInput,
  SendMessageCommandInput,
  SQS,
  SQSServiceException,
} from "@aws-sdk/client-sqs";
import { expect } from "vitest";
import { clock } from "../support/virtual-time/install.ts";

// A process's first client warns of Node 20 otherwise.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** What `promise` comes to without the clock moving. */
export async function now<T>(promise: Promise<T>): Promise<T> {
  const state = watched(promise);
  await clock.quiet();
  expect(state.isOver, "whether it is over at once").toBe(true);
  return promise;
}

export async function refusal(promise: Promise<unknown>): Promise<SQSServiceException> {
  return now(
    promise.then(
      (answer) => expect.fail(`answered ${JSON.stringify(answer)}`),
      (error) => error,
    ),
  );
}

/** The code of the error that `promise` rejects with at once. */
export async function refused(promise: Promise<unknown>): Promise<string> {
  return (await refusal(promise)).name;
}

/** The URL of a new queue. */
export async function created(sqs: SQS, QueueName: string, Attributes?: Record<string, string>): Promise<string> {
  const { QueueUrl } = await now(sqs.createQueue({ QueueName, ...(Attributes && { Attributes }) }));
  return QueueUrl ?? expect.fail("no URL");
}

export async function arnOf(sqs: SQS, QueueUrl: string): Promise<string> {
  const { Attributes } = await now(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["QueueArn"] }));
  return Attributes?.QueueArn ?? expect.fail("no ARN");
}

type ReceiveOptions = Partial<ReceiveMessageCommandInput>;

/** A receive that may wait. */
export interface Poll {
  /** The bodies that it brings. */
  readonly promise: Promise<(string | undefined)[]>;
  readonly state: { isOver: boolean };
}

export class QueueCalls {
  readonly #sqs: SQS;
  readonly #url: string;

  constructor(sqs: SQS, url: string) {
    this.#sqs = sqs;
    this.#url = url;
  }

  async send(MessageBody: string, more: Partial<SendMessageCommandInput> = {}) {
    return now(this.#sqs.sendMessage({ QueueUrl: this.#url, MessageBody, ...more }));
  }

  /** What a receive brings at once. */
  async receive(options: ReceiveOptions = {}) {
    const { Messages } = await now(this.#sqs.receiveMessage({ QueueUrl: this.#url, ...options }));
    return Messages ?? [];
  }

  async bodies(options: ReceiveOptions = {}): Promise<(string | undefined)[]> {
    return (await this.receive({ MaxNumberOfMessages: 10, ...options })).map(({ Body }) => Body);
  }

  async receiptOf(options: ReceiveOptions = {}): Promise<string> {
    const [message] = await this.receive(options);
    return message?.ReceiptHandle ?? expect.fail("no message");
  }

  poll(options: ReceiveOptions = {}, abortSignal?: AbortSignal): Poll {
    const promise = this.#sqs
      .receiveMessage({ QueueUrl: this.#url, WaitTimeSeconds: 20, ...options }, { ...(abortSignal && { abortSignal }) })
      .then(({ Messages = [] }) => Messages.map(({ Body }) => Body));
    return { promise, state: watched(promise) };
  }

  async counts(): Promise<string> {
    const { Attributes = {} } = await now(
      this.#sqs.getQueueAttributes({ QueueUrl: this.#url, AttributeNames: ["All"] }),
    );
    const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Attributes;
    return (
      `${ApproximateNumberOfMessages} wait, ${ApproximateNumberOfMessagesNotVisible} in flight, ` +
      `${Attributes.ApproximateNumberOfMessagesDelayed} delayed`
    );
  }
}

function watched(promise: Promise<unknown>): { isOver: boolean } {
  const state = { isOver: false };
  const end = () => {
    state.isOver = true;
  };
  promise.then(end, end);
  return state;
}
