// The SQS endpoint and time: long polls, delays, visibility, redrive, retention. All of it virtual.

import { getEventListeners } from "node:events";
import { SQS } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "vitest";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { clientSettings } from "../../scripts/sqs-endpoint/in-process.ts";
import { VisibilityQueue } from "../../solutions/04-visibility-queue/visibility-queue.ts";
import { clock } from "../support/virtual-time/install.ts";
import { arnOf, created, now, type Poll, QueueCalls, refusal, refused } from "./sqs-endpoint-calls.ts";

const SECOND_MS = 1000;
const HOUR_MS = 3_600_000;

let endpoint: SqsEndpoint;
let sqs: SQS;
let orders: QueueCalls;
let QueueUrl: string;

beforeEach(async () => {
  clock.reset();
  endpoint = new SqsEndpoint({ engine: VisibilityQueue });
  sqs = new SQS(clientSettings(endpoint));
  QueueUrl = await created(sqs, "orders");
  orders = new QueueCalls(sqs, QueueUrl);
});

/** What the poll brings, and how long it waited from now on. */
async function outcome(poll: Poll): Promise<{ bodies: unknown[]; afterMs: number }> {
  const sinceMs = clock.nowMs;
  expect(await clock.until(() => poll.state.isOver)).toBeUndefined();
  return { bodies: await poll.promise, afterMs: clock.nowMs - sinceMs };
}

async function waiting(...polls: Poll[]): Promise<void> {
  await clock.quiet();
  for (const { state } of polls) expect(state.isOver, "whether the receive is over").toBe(false);
}

describe("long polling", () => {
  test("a receive that finds nothing waits as long as it says, and then brings none", async () => {
    expect(await outcome(orders.poll({ WaitTimeSeconds: 20 }))).toEqual({ bodies: [], afterMs: 20 * SECOND_MS });
    expect(await outcome(orders.poll({ WaitTimeSeconds: 1 }))).toEqual({ bodies: [], afterMs: SECOND_MS });
    expect(await outcome(orders.poll({ WaitTimeSeconds: 0 }))).toEqual({ bodies: [], afterMs: 0 });
    expect(clock.timers.count).toBe(0);
  });

  test("the queue says how long one waits that does not say so", async () => {
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { ReceiveMessageWaitTimeSeconds: "7" } }));
    expect((await outcome(orders.poll({ WaitTimeSeconds: undefined }))).afterMs).toBe(7 * SECOND_MS);
    expect((await outcome(orders.poll({ WaitTimeSeconds: 0 }))).afterMs).toBe(0);
  });

  test("a message that comes wakes it at once", async () => {
    const poll = orders.poll();
    await clock.advance(5 * SECOND_MS);
    await waiting(poll);
    await orders.send("a");
    expect(await now(poll.promise)).toEqual(["a"]);
  });

  test("it does not wait for more than the first", async () => {
    const poll = orders.poll({ MaxNumberOfMessages: 10 });
    await waiting(poll);
    await orders.send("a");
    expect(await now(poll.promise)).toEqual(["a"]);
  });

  test("it brings all that a batch has sent, up to what it asked for", async () => {
    const poll = orders.poll({ MaxNumberOfMessages: 3 });
    await waiting(poll);
    const Entries = ["a", "b", "c", "d"].map((body) => ({ Id: body, MessageBody: body }));
    await now(sqs.sendMessageBatch({ QueueUrl, Entries }));
    expect(await now(poll.promise)).toEqual(["a", "b", "c"]);
    expect(await orders.bodies()).toEqual(["d"]);
  });

  test("each message goes to one of those who wait, the first that came", async () => {
    const [first, second] = [orders.poll(), orders.poll()];
    await waiting(first, second);
    await orders.send("a");
    expect(await now(first.promise)).toEqual(["a"]);
    await waiting(second);
    await orders.send("b");
    expect(await now(second.promise)).toEqual(["b"]);
  });

  test("a client that goes away takes no message along", async () => {
    const controller = new AbortController();
    const poll = orders.poll({}, controller.signal);
    await waiting(poll);
    controller.abort();
    expect(await refused(poll.promise)).toBe("AbortError");
    expect(clock.timers.count).toBe(0);
    await orders.send("a");
    expect(await orders.bodies()).toEqual(["a"]);
  });

  test("however a wait ends, nothing of it is left on the signal", async () => {
    const { signal } = new AbortController();
    const poll = () => endpoint.answer("ReceiveMessage", { QueueUrl, WaitTimeSeconds: 20 }, signal);
    const inVain = poll();
    await clock.advance(20 * SECOND_MS);
    expect(await now(inVain)).toEqual({});
    const served = poll();
    await orders.send("a");
    await now(served);
    const told = poll().catch((error) => error);
    await clock.quiet();
    await now(sqs.deleteQueue({ QueueUrl }));
    expect(await now(told)).toMatchObject({ code: "QueueDoesNotExist" });
    expect(getEventListeners(signal, "abort")).toEqual([]);
  });

  test("one that is aborted beforehand receives nothing", async () => {
    await orders.send("a");
    expect(await refused(orders.poll({}, AbortSignal.abort()).promise)).toBe("AbortError");
    expect(await orders.counts()).toBe("1 wait, 0 in flight, 0 delayed");
  });

  test("it is told when its queue is deleted", async () => {
    const poll = orders.poll();
    await waiting(poll);
    await now(sqs.deleteQueue({ QueueUrl }));
    expect(await refused(poll.promise)).toBe("QueueDoesNotExist");
  });
});

describe("delays", () => {
  test("a delayed message is there when its time has come, and wakes who waits", async () => {
    await orders.send("later", { DelaySeconds: 15 });
    expect(await orders.counts()).toBe("0 wait, 0 in flight, 1 delayed");
    expect(await orders.receive()).toEqual([]);
    expect(await outcome(orders.poll())).toEqual({ bodies: ["later"], afterMs: 15 * SECOND_MS });
    expect(await orders.counts()).toBe("0 wait, 1 in flight, 0 delayed");
  });

  test("the queue's own delay holds for those that say nothing, and 0 is said", async () => {
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { DelaySeconds: "900" } }));
    await orders.send("as usual");
    await orders.send("at once", { DelaySeconds: 0 });
    expect(await orders.bodies()).toEqual(["at once"]);
    await clock.advance(900 * SECOND_MS);
    expect(await orders.bodies({ VisibilityTimeout: 60 })).toContain("as usual");
  });

  test("0 to 900 seconds", async () => {
    for (const DelaySeconds of [-1, 901]) {
      const error = await refusal(sqs.sendMessage({ QueueUrl, MessageBody: "x", DelaySeconds }));
      expect([error.name, error.message]).toEqual([
        "InvalidParameterValue",
        `Value ${DelaySeconds} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      ]);
    }
    await orders.send("x", { DelaySeconds: 900 });
  });
});

describe("visibility", () => {
  test("a message that is received is hidden for 30 seconds, and then wakes who waits", async () => {
    await orders.send("a");
    const first = await orders.receiptOf();
    const poll = orders.poll();
    await clock.advance(20 * SECOND_MS);
    expect(await now(poll.promise)).toEqual([]);
    expect(await outcome(orders.poll())).toEqual({ bodies: ["a"], afterMs: 10 * SECOND_MS });
    expect(await refused(sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle: first, VisibilityTimeout: 1 }))).toBe(
      "MessageNotInflight",
    );
  });

  test("the queue says for how long, and a receive may say otherwise for what it brings", async () => {
    const url = await created(sqs, "quick", { VisibilityTimeout: "5" });
    const quick = new QueueCalls(sqs, url);
    await quick.send("a");
    await quick.receive();
    expect((await outcome(quick.poll({ VisibilityTimeout: 12 }))).afterMs).toBe(5 * SECOND_MS);
    expect((await outcome(quick.poll())).afterMs).toBe(12 * SECOND_MS);
    // For the next delivery the queue's own time holds again.
    expect((await outcome(quick.poll())).afterMs).toBe(5 * SECOND_MS);

    await now(sqs.setQueueAttributes({ QueueUrl: url, Attributes: { VisibilityTimeout: "8" } }));
    await clock.advance(5 * SECOND_MS);
    await quick.receive();
    expect((await outcome(quick.poll())).afterMs).toBe(8 * SECOND_MS);
  });

  test("0 shows it again at once, but not twice in one receive", async () => {
    for (const body of ["a", "b"]) await orders.send(body);
    expect(await orders.bodies({ VisibilityTimeout: 0 })).toEqual(["a", "b"]);
    expect(await orders.counts()).toBe("2 wait, 0 in flight, 0 delayed");
    expect(clock.timers.count).toBe(0);
    expect(await orders.bodies()).toEqual(["a", "b"]);
  });

  test("a change counts from the call: later, sooner, or at once", async () => {
    await orders.send("a");
    const change = async (ReceiptHandle: string, VisibilityTimeout: number) => {
      await now(sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout }));
    };
    const later = await orders.receiptOf();
    await clock.advance(25 * SECOND_MS);
    await change(later, 10);
    expect((await outcome(orders.poll())).afterMs).toBe(10 * SECOND_MS);

    await clock.advance(30 * SECOND_MS);
    await change(await orders.receiptOf(), 3);
    expect((await outcome(orders.poll())).afterMs).toBe(3 * SECOND_MS);

    await clock.advance(30 * SECOND_MS);
    const now0 = await orders.receiptOf();
    const poll = orders.poll();
    await waiting(poll);
    await change(now0, 0);
    expect(await now(poll.promise)).toEqual(["a"]);
  });

  test("a heartbeat keeps it, though no longer than 12 hours in all", async () => {
    await orders.send("a");
    const ReceiptHandle = await orders.receiptOf();
    const heartbeat = () => sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 6 * 3600 });
    await clock.advance(20 * SECOND_MS);
    await now(heartbeat());
    await clock.advance(6 * HOUR_MS - 20 * SECOND_MS);
    await now(heartbeat());
    await clock.advance(SECOND_MS);
    const error = await refusal(heartbeat());
    expect([error.name, error.message]).toEqual([
      "InvalidParameterValue",
      "Value 21600 for parameter VisibilityTimeout is invalid. Reason: Total VisibilityTimeout for the message is " +
        "beyond the limit [43200 seconds].",
    ]);
    expect(await orders.counts()).toBe("0 wait, 1 in flight, 0 delayed");
    // The refused one has changed nothing.
    await clock.advance(6 * HOUR_MS - 2 * SECOND_MS);
    expect((await outcome(orders.poll())).afterMs).toBe(SECOND_MS);
  });

  test("what is not in flight has no visibility to change", async () => {
    await orders.send("a");
    const ReceiptHandle = await orders.receiptOf();
    const change = (VisibilityTimeout: number) =>
      sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout });
    for (const value of [-1, 43_201]) expect(await refused(change(value))).toBe("InvalidParameterValue");
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle }));
    expect(await refusal(change(0))).toMatchObject({
      name: "MessageNotInflight",
      Code: "AWS.SimpleQueueService.MessageNotInflight",
    });
    const never = { QueueUrl, ReceiptHandle: "nonsense", VisibilityTimeout: 1 };
    expect(await refused(sqs.changeMessageVisibility(never))).toBe("ReceiptHandleIsInvalid");
  });

  test("with nothing in flight, no timer is armed", async () => {
    for (const body of ["a", "b"]) await orders.send(body);
    const receipts = [await orders.receiptOf(), await orders.receiptOf({ VisibilityTimeout: 5 })];
    expect(clock.timers.count).toBe(1);
    for (const ReceiptHandle of receipts) await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle }));
    expect(clock.timers.count).toBe(0);
  });

  test("deliveries that expire one after the other come back one after the other", async () => {
    for (const [body, VisibilityTimeout] of [
      ["a", 9],
      ["b", 3],
      ["c", 6],
    ] as const) {
      await orders.send(body);
      await orders.receive({ VisibilityTimeout });
    }
    for (const body of ["b", "c", "a"]) {
      expect(await outcome(orders.poll({ VisibilityTimeout: 600 }))).toEqual({
        bodies: [body],
        afterMs: 3 * SECOND_MS,
      });
    }
    expect(await orders.counts()).toBe("0 wait, 3 in flight, 0 delayed");
  });
});

describe("dead letters", () => {
  let deadUrl: string;
  let dead: QueueCalls;
  let RedrivePolicy: string;

  beforeEach(async () => {
    deadUrl = await created(sqs, "orders-dead");
    dead = new QueueCalls(sqs, deadUrl);
    RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await arnOf(sqs, deadUrl), maxReceiveCount: 2 });
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy } }));
  });

  test("the receive after the last allowed one moves the message, and its counts go along", async () => {
    const sentAt = String(clock.dateMs);
    const note = { DataType: "String", StringValue: "fragile" };
    const { MessageId } = await orders.send("poison", { MessageAttributes: { note } });
    await clock.advance(SECOND_MS);
    const firstAt = String(clock.dateMs);
    for (const count of ["1", "2"]) {
      const [message] = await orders.receive({ AttributeNames: ["All"], VisibilityTimeout: 1 });
      expect(message?.Attributes?.ApproximateReceiveCount).toBe(count);
      await clock.advance(2 * SECOND_MS);
    }
    // It is moved when somebody asks for it, and not before.
    expect(await orders.counts()).toBe("1 wait, 0 in flight, 0 delayed");
    expect(await dead.counts()).toBe("0 wait, 0 in flight, 0 delayed");
    await orders.send("next");
    expect(await orders.bodies()).toEqual(["next"]);

    const [message] = await dead.receive({ AttributeNames: ["All"], MessageAttributeNames: ["All"] });
    expect(message).toMatchObject({ MessageId, Body: "poison", MessageAttributes: { note } });
    expect(message?.Attributes).toEqual({
      ApproximateFirstReceiveTimestamp: firstAt,
      ApproximateReceiveCount: "3",
      DeadLetterQueueSourceArn: await arnOf(sqs, QueueUrl),
      SenderId: "000000000000",
      SentTimestamp: sentAt,
    });
    expect(await orders.counts()).toBe("0 wait, 1 in flight, 0 delayed");
  });

  test("who waits for dead letters is woken, and who waits for others goes on waiting", async () => {
    await orders.send("poison");
    for (let count = 0; count < 2; count++) await orders.receive({ VisibilityTimeout: 0 });
    const ofDead = dead.poll();
    await waiting(ofDead);
    const ofOrders = orders.poll({ WaitTimeSeconds: 4 });
    expect(await now(ofDead.promise)).toEqual(["poison"]);
    await waiting(ofOrders);
    expect(await outcome(ofOrders)).toEqual({ bodies: [], afterMs: 4 * SECOND_MS });
  });

  test("a message that dies while somebody waits does not make the wait longer", async () => {
    await orders.send("poison");
    for (const VisibilityTimeout of [0, 3]) await orders.receive({ VisibilityTimeout });
    expect(await outcome(orders.poll({ WaitTimeSeconds: 5 }))).toEqual({ bodies: [], afterMs: 5 * SECOND_MS });
    expect(await dead.bodies()).toEqual(["poison"]);
  });

  test("a late receipt of the source deletes nothing there", async () => {
    await orders.send("poison");
    await orders.receive({ VisibilityTimeout: 1 });
    await clock.advance(2 * SECOND_MS);
    const ReceiptHandle = await orders.receiptOf({ VisibilityTimeout: 1 });
    await clock.advance(2 * SECOND_MS);
    expect(await orders.receive()).toEqual([]);
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle }));
    expect(await dead.bodies()).toEqual(["poison"]);
  });

  test("where the queue of dead letters is gone, or the policy is, messages stay", async () => {
    await orders.send("poison");
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy: "" } }));
    const { Attributes } = await now(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["RedrivePolicy"] }));
    expect(Attributes?.RedrivePolicy).toBeUndefined();
    for (let count = 0; count < 4; count++) expect(await orders.bodies({ VisibilityTimeout: 0 })).toEqual(["poison"]);
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy } }));
    await now(sqs.deleteQueue({ QueueUrl: deadUrl }));
    expect(await orders.bodies()).toEqual(["poison"]);
  });

  test("a policy names another queue that exists, and 1 to 1000 receives", async () => {
    const { Attributes } = await now(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] }));
    expect(JSON.parse(Attributes?.RedrivePolicy ?? "")).toEqual(JSON.parse(RedrivePolicy));
    const deadLetterTargetArn = await arnOf(sqs, deadUrl);
    for (const policy of [
      "poison",
      "null",
      "{}",
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 0 }),
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1001 }),
      JSON.stringify({ deadLetterTargetArn, maxReceiveCount: 1.5 }),
      JSON.stringify({ deadLetterTargetArn: `${deadLetterTargetArn}-not`, maxReceiveCount: 3 }),
      JSON.stringify({ deadLetterTargetArn: await arnOf(sqs, QueueUrl), maxReceiveCount: 3 }),
    ]) {
      const error = await refusal(sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy: policy } }));
      expect([error.name, error.message]).toEqual([
        "InvalidParameterValue",
        expect.stringContaining(`Value ${policy} for parameter RedrivePolicy is invalid. Reason: `),
      ]);
    }
    // Many tools write the count as a string, and the console leaves it out.
    for (const maxReceiveCount of ["5", undefined]) {
      const Attributes = { RedrivePolicy: JSON.stringify({ deadLetterTargetArn, maxReceiveCount }) };
      await now(sqs.setQueueAttributes({ QueueUrl, Attributes }));
    }
    await created(sqs, "made-with-it", { RedrivePolicy });
  });
});

describe("retention", () => {
  test("a message older than that is not delivered", async () => {
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { MessageRetentionPeriod: "60" } }));
    await orders.send("old");
    await clock.advance(30 * SECOND_MS);
    await orders.send("young");
    await clock.advance(31 * SECOND_MS);
    expect(await orders.bodies()).toEqual(["young"]);
    expect(await orders.counts()).toBe("0 wait, 1 in flight, 0 delayed");
  });
});
