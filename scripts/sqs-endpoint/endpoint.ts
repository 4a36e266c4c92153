// An endpoint that speaks as Amazon SQS does, on the queue of lesson 04. It is for one's own machine: it
// keeps everything in memory, looks at no signature, and has standard queues only.
//
// From the outside in: listening.ts and in-process.ts bring requests, wire.ts reads and writes the protocol,
// this file knows the operations, operations/ their parameters, queue.ts what becomes of the messages, and
// engine.ts the queue below.

import type { Engine } from "./engine.ts";
import { SqsError } from "./errors.ts";
import {
  changeMessageVisibility,
  changeMessageVisibilityBatch,
  deleteMessage,
  deleteMessageBatch,
} from "./operations/handling.ts";
import {
  createQueue,
  deleteQueue,
  getQueueAttributes,
  getQueueUrl,
  listQueues,
  purgeQueue,
  setQueueAttributes,
} from "./operations/queues.ts";
import { receiveMessage } from "./operations/receiving.ts";
import { sendMessage, sendMessageBatch } from "./operations/sending.ts";
import { Queues } from "./queues.ts";

type Operation = (queues: Queues, input: unknown, signal?: AbortSignal) => object | Promise<object>;

const OPERATIONS = new Map<string, Operation>([
  ["ChangeMessageVisibility", changeMessageVisibility],
  ["ChangeMessageVisibilityBatch", changeMessageVisibilityBatch],
  ["CreateQueue", createQueue],
  ["DeleteMessage", deleteMessage],
  ["DeleteMessageBatch", deleteMessageBatch],
  ["DeleteQueue", deleteQueue],
  ["GetQueueAttributes", getQueueAttributes],
  ["GetQueueUrl", getQueueUrl],
  ["ListQueues", listQueues],
  ["PurgeQueue", purgeQueue],
  ["ReceiveMessage", receiveMessage],
  ["SendMessage", sendMessage],
  ["SendMessageBatch", sendMessageBatch],
  ["SetQueueAttributes", setQueueAttributes],
]);

interface SqsEndpointOptions {
  /** The class of which each queue gets an object of its own. */
  engine: Engine;
  /**
   * What the URLs of queues begin with.
   *
   * @default http://127.0.0.1, and where it listens once it does
   */
  baseUrl?: string;
}

export class SqsEndpoint {
  /** What the URLs of queues begin with. Whoever gives the endpoint an address writes it in here. */
  baseUrl: string;
  readonly #queues: Queues;
  #isClosed = false;

  constructor({ engine, baseUrl = "http://127.0.0.1" }: SqsEndpointOptions) {
    this.baseUrl = baseUrl;
    this.#queues = new Queues(engine, () => this.baseUrl);
  }

  /**
   * Does one operation: `answer("SendMessage", { QueueUrl, MessageBody })`.
   *
   * @param signal Ends a receive that waits, for a client that has gone away.
   * @throws {SqsError} What SQS would answer instead.
   * @throws The signal's reason, once it is aborted.
   */
  async answer(operation: string, input: unknown, signal?: AbortSignal): Promise<object> {
    if (this.#isClosed) throw closed();
    const act = OPERATIONS.get(operation);
    if (!act) throw new SqsError("UnknownOperationException", `This endpoint has no operation ${operation}.`);
    return act(this.#queues, input, signal);
  }

  /** Ends the receives that wait, and leaves no timer. */
  close(): void {
    this.#isClosed = true;
    for (const queue of this.#queues.all) queue.end(closed());
  }
}

function closed(): SqsError {
  return new SqsError("ServiceUnavailable", "The endpoint has been closed.");
}
