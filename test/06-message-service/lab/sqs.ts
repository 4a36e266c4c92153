// The SQS of lesson 06's lab, as its clients see it: commands go in, answers come back after a round trip.
// It refuses what SQS refuses, fails while the lab has it fail, and hears nothing of a process that is dead.

import {
  ChangeMessageVisibilityBatchCommand,
  ChangeMessageVisibilityCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  ReceiveMessageCommand,
  type ReceiveMessageCommandInput,
  SendMessageBatchCommand,
  SendMessageCommand,
  type SQSClient,
} from "@aws-sdk/client-sqs";
import type { Stage } from "../../../scripts/lab/stage.ts";
import type { Poll } from "./polls.ts";
import type { Delivery, MessageQueue, Stored } from "./queue.ts";
import {
  aborted,
  each,
  invalid,
  MOST_IN_A_BATCH,
  noReceipt,
  noSuchQueue,
  notInFlight,
  unavailable,
  unlessCut,
  unsupported,
} from "./wire.ts";

export const QUEUE_URL = "https://sqs.lab/invoices";

/** From a client to SQS, and back. */
const ROUND_TRIP_MS = 20;

/** When SQS begins to fail, where the knob says that it does. */
export const OUTAGE_AT_MS = 5_000;

/** Who wants to know what a client asks for. */
export interface Watching {
  /** A receive is sent that asks for up to `most` messages. */
  asks?(most: number): Poll;
  /** Messages with these bodies are about to be sent. */
  sends?(bodies: readonly string[]): void;
}

interface Answered {
  readonly answer: object;
  readonly deliveries: readonly Delivery[];
}

interface OfMessage {
  readonly MessageBody?: string | undefined;
  readonly MessageAttributes?: Stored["attributes"] | undefined;
}

interface OfDelivery {
  readonly ReceiptHandle?: string | undefined;
  readonly VisibilityTimeout?: number | undefined;
}

export class LabSqs {
  readonly #stage: Stage;
  readonly #queue: MessageQueue;

  /** Aborts when SQS begins to fail: long polls are cut. A new one when it is back. */
  #outage = new AbortController();
  #isDown = false;

  constructor(stage: Stage, queue: MessageQueue) {
    this.#stage = stage;
    this.#queue = queue;
    void this.#fail();
  }

  /** A client for one process. `alive` aborts when that dies: from then on it hears nothing. */
  clientOf(alive: AbortSignal, watching: Watching): SQSClient {
    const send = async (command: object, { abortSignal }: { abortSignal?: AbortSignal } = {}): Promise<object> => {
      if (alive.aborted) return neverSettles();
      const bodies = bodiesIn(command);
      if (bodies.length > 0) watching.sends?.(bodies);
      const poll = command instanceof ReceiveMessageCommand ? watching.asks?.(mostOf(command.input)) : undefined;
      const cut = AbortSignal.any(abortSignal ? [alive, abortSignal] : [alive]);
      try {
        await unlessCut(cut, this.#stage.wait(ROUND_TRIP_MS / 2));
        const { answer, deliveries } = await this.#answered(command, cut);
        await unlessCut(cut, this.#stage.wait(ROUND_TRIP_MS / 2));
        poll?.brought(deliveries);
        return answer;
      } catch (error) {
        if (alive.aborted) return neverSettles();
        poll?.failed();
        throw cut.aborted ? aborted() : error;
      }
    };
    // As much of a client as anybody asks for.
    return { send, destroy: () => {} } as unknown as SQSClient;
  }

  async #fail(): Promise<void> {
    const { outageS = 0 } = this.#stage.knobs;
    if (outageS === 0) return;
    await this.#stage.wait(OUTAGE_AT_MS);
    this.#isDown = true;
    this.#outage.abort();
    await this.#stage.wait(outageS * 1000);
    this.#isDown = false;
    this.#outage = new AbortController();
  }

  async #answered(command: object, cut: AbortSignal): Promise<Answered> {
    if (this.#isDown) throw unavailable();
    const { QueueUrl } = (command as { input: { QueueUrl?: string } }).input;
    if (QueueUrl !== QUEUE_URL) throw noSuchQueue(QueueUrl);
    if (command instanceof ReceiveMessageCommand) return this.#receive(command.input, cut);
    return { answer: this.#answer(command), deliveries: [] };
  }

  #answer(command: object): object {
    if (command instanceof SendMessageCommand) return this.#send(command.input);
    if (command instanceof SendMessageBatchCommand) return each(command.input.Entries, (entry) => this.#send(entry));
    if (command instanceof DeleteMessageCommand) return this.#delete(command.input);
    if (command instanceof DeleteMessageBatchCommand) {
      return each(command.input.Entries, (entry) => this.#delete(entry));
    }
    if (command instanceof ChangeMessageVisibilityCommand) return this.#change(command.input);
    if (command instanceof ChangeMessageVisibilityBatchCommand) {
      return each(command.input.Entries, (entry) => this.#change(entry));
    }
    if (command instanceof GetQueueAttributesCommand) return this.#attributes(command.input.AttributeNames ?? []);
    throw unsupported(command);
  }

  #send({ MessageBody = "", MessageAttributes = {} }: OfMessage): object {
    if (MessageBody === "") throw invalid("MessageBody", '""');
    return { MessageId: this.#queue.send(MessageBody, MessageAttributes) };
  }

  async #receive(input: ReceiveMessageCommandInput, cut: AbortSignal): Promise<Answered> {
    const { WaitTimeSeconds = 0, VisibilityTimeout = this.#queue.visibilitySeconds } = input;
    const most = mostOf(input);
    if (!Number.isInteger(most) || most < 1 || most > MOST_IN_A_BATCH) throw invalid("MaxNumberOfMessages", most);
    if (!(WaitTimeSeconds >= 0 && WaitTimeSeconds <= 20)) throw invalid("WaitTimeSeconds", WaitTimeSeconds);
    const signal = AbortSignal.any([cut, this.#outage.signal]);
    let deliveries: Delivery[];
    try {
      deliveries = await this.#queue.receive(most, WaitTimeSeconds * 1000, VisibilityTimeout, signal);
    } catch {
      throw unavailable();
    }
    const named = [...(input.MessageSystemAttributeNames ?? []), ...(input.AttributeNames ?? [])].map(String);
    const isCountAsked = named.includes("All") || named.includes("ApproximateReceiveCount");
    const areOwnAsked = (input.MessageAttributeNames ?? []).length > 0;
    const Messages = deliveries.map(({ message, handle, count }) => ({
      MessageId: message.id,
      ReceiptHandle: handle,
      Body: message.body,
      ...(isCountAsked && { Attributes: { ApproximateReceiveCount: `${count}` } }),
      ...(areOwnAsked && { MessageAttributes: message.attributes }),
    }));
    return { answer: Messages.length === 0 ? {} : { Messages }, deliveries };
  }

  #delete({ ReceiptHandle }: OfDelivery): object {
    if (!this.#queue.delete(ReceiptHandle)) throw noReceipt();
    return {};
  }

  #change({ ReceiptHandle, VisibilityTimeout = 0 }: OfDelivery): object {
    const { heartbeatPercent = 100 } = this.#stage.knobs;
    if (this.#stage.random("heartbeats") * 100 >= heartbeatPercent) throw unavailable();
    if (!this.#queue.changeVisibility(ReceiptHandle, VisibilityTimeout)) throw notInFlight();
    return {};
  }

  #attributes(names: readonly string[]): object {
    const all = {
      VisibilityTimeout: `${this.#queue.visibilitySeconds}`,
      ReceiveMessageWaitTimeSeconds: "0",
      ApproximateNumberOfMessages: `${this.#queue.waiting}`,
      ApproximateNumberOfMessagesNotVisible: `${this.#queue.inFlight}`,
    };
    const asked = Object.entries(all).filter(([name]) => names.includes(name) || names.includes("All"));
    return { Attributes: Object.fromEntries(asked) };
  }
}

function mostOf({ MaxNumberOfMessages = 1 }: ReceiveMessageCommandInput): number {
  return MaxNumberOfMessages;
}

function bodiesIn(command: object): string[] {
  if (command instanceof SendMessageCommand) return [command.input.MessageBody ?? ""];
  if (!(command instanceof SendMessageBatchCommand)) return [];
  return (command.input.Entries ?? []).map(({ MessageBody = "" }) => MessageBody);
}

function neverSettles(): Promise<never> {
  return new Promise(() => {});
}
