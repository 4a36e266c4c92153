// The scene of lesson 06's lab: shops send invoices over HTTP, the learner's service writes them to a
// queue in SQS, the learner's processor receives, handles and deletes them. The SQS is the lab's.

import { SendMessageCommand } from "@aws-sdk/client-sqs";
import type { Stage } from "../../../scripts/lab/stage.ts";
import { Breaches } from "../../05-task-service/lab/breaches.ts";
import { type Answer, Door, posted } from "../../05-task-service/lab/door.ts";
import { Hands } from "./hands.ts";
import { type Invoice, Invoices, SHOPS } from "./invoices.ts";
import { Polls } from "./polls.ts";
import { Postings } from "./postings.ts";
import { Processor } from "./processor.ts";
import { MessageQueue } from "./queue.ts";
import { LabSqs, QUEUE_URL } from "./sqs.ts";
import { Workers } from "./workers.ts";

export type Given = typeof import("#lesson/06-message-service/message-service.ts") &
  typeof import("#lesson/06-message-service/queue-processor.ts");

interface Submission {
  readonly body: string;
  readonly attributes: Record<string, string>;
}

const PATH = "/messages";

/** From the shop to the service. */
const TRIP_MS = 40;

/** When many invoices are sent at once, and how far apart they are. */
export const BURST_AT_MS = 1_000;
const BETWEEN_MS = 5;

export async function scene(given: Given, stage: Stage): Promise<void> {
  const { workers: workerCount = 1, perSecond = 0, burst = 0 } = stage.knobs;
  const names = Array.from({ length: workerCount }, (_, index) => `worker ${index + 1}`);
  stage.cast({ producers: SHOPS, consumers: names, capacity: null });

  const invoices = new Invoices(stage);
  const breaches = new Breaches(stage);
  const hands = new Hands(stage, names);
  const polls = new Polls(stage, hands, breaches);
  const workers = new Workers(stage, invoices, hands, polls, breaches);
  const postings = new Postings(stage, invoices, breaches);
  const queue = new MessageQueue(stage, {
    sent: (message) => postings.sent(message),
    deleted: (delivery) => workers.deleted(delivery),
    deletedTooLate: (delivery) => workers.deletedTooLate(delivery),
    extended: (delivery) => workers.extended(delivery),
    expired: (delivery, isDead) => workers.expired(delivery, isDead),
  });
  const sqs = new LabSqs(stage, queue);
  const processor = new Processor(given, stage, { sqs, queue, workers, hands, polls, breaches });
  stage.counts(() => {
    if (processor.isThere) polls.lookAround(queue.waiting);
    return { waiting: queue.waiting, inFlight: queue.inFlight };
  });

  const client = sqs.clientOf(new AbortController().signal, { sends: (bodies) => postings.isRead(bodies) });
  const create = () => given.createMessageService({ sqs: client, queueUrl: QUEUE_URL });
  const door = new Door<Submission>(stage, PATH, () => stage.calls("createMessageService(…)", create), {
    says: "so the messages go straight to SQS",
    take: (submission) => client.send(commandOf(submission)),
  });
  if (door.isOpen) void stage.offstage(rehearsed(given, stage));

  /** From the order to the answer. */
  async function place(invoice: Invoice): Promise<void> {
    const { label, by } = invoice;
    const isRead = postings.offered(invoice);
    await stage.wait(TRIP_MS);
    const answer = await door.post({ body: label, attributes: { shop: by } }, isRead);
    postings.answered(invoice, answer, await idIn(stage, answer));
  }

  async function arrivals(): Promise<void> {
    while (perSecond > 0) {
      await stage.wait(Math.round((-Math.log(1 - stage.random("arrivals")) * 1000) / perSecond));
      void place(invoices.next());
    }
  }

  async function rush(): Promise<void> {
    await stage.wait(BURST_AT_MS);
    for (let count = 0; count < burst; count += 1) {
      void place(invoices.next());
      await stage.wait(BETWEEN_MS);
    }
  }

  void arrivals();
  void rush();
  if (await processor.run()) return;
  if (!door.isOpen) throw new Error("Not written yet: createMessageService");
  const text = "Not written yet: runQueueProcessor. Messages come in, and nobody receives them.";
  stage.note({ kind: "says", text });
}

/** What the service should make of a submission. */
function commandOf({ body, attributes }: Submission): SendMessageCommand {
  const entries = Object.entries(attributes).map(([name, value]) => [name, { DataType: "String", StringValue: value }]);
  const MessageAttributes = Object.fromEntries(entries);
  return new SendMessageCommand({ QueueUrl: QUEUE_URL, MessageBody: body, MessageAttributes });
}

/** The id that the service has answered with. */
async function idIn(stage: Stage, { status, response }: Answer): Promise<string | undefined> {
  if (!response || status !== 202) return undefined;
  try {
    const body: unknown = await stage.offstage(response.json());
    return String((body as { id?: unknown } | null)?.id);
  } catch {
    return "none, for the answer is no JSON";
  }
}

/** A request to a service of its own that goes nowhere: the first one takes far longer than the others. */
async function rehearsed(given: Given, stage: Stage): Promise<void> {
  const send = () => Promise.reject(new Error("Nothing is sent in a rehearsal"));
  const client = { send } as unknown as Parameters<Given["createMessageService"]>[0]["sqs"];
  try {
    await posted(stage, given.createMessageService({ sqs: client, queueUrl: QUEUE_URL }), PATH, { body: "" });
  } catch {
    // Whatever is wrong with it, the first real request will show it.
  }
}
