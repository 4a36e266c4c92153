// The SQS endpoint on other engines than the reference: queues that are written otherwise, are not finished,
// or do what no queue should. None of them ends the process, and none is blamed on the client.

import { readdirSync } from "node:fs";
import { SQS } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "vitest";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import type { Delivery, Engine } from "../../scripts/sqs-endpoint/engine.ts";
import { clientSettings } from "../../scripts/sqs-endpoint/in-process.ts";
import { VisibilityQueue } from "../../solutions/04-visibility-queue/visibility-queue.ts";
import { VisibilityQueue as Starter } from "../04-visibility-queue/starter/visibility-queue.ts";
import { clock } from "../support/virtual-time/install.ts";
import { arnOf, created, now, QueueCalls, refusal } from "./sqs-endpoint-calls.ts";

const RIGHT_ANSWERS = new URL("../04-visibility-queue/right/", import.meta.url);

beforeEach(() => clock.reset());

async function queueOn(engine: Engine, attributes?: Record<string, string>) {
  const sqs = new SQS(clientSettings(new SqsEndpoint({ engine })));
  const QueueUrl = await created(sqs, "orders", attributes);
  return { sqs, QueueUrl, orders: new QueueCalls(sqs, QueueUrl) };
}

/** Code and message of the error that `promise` rejects with at once. */
async function told(promise: Promise<unknown>): Promise<[string, string]> {
  const { name, message } = await refusal(promise);
  return [name, message];
}

describe("right answers of lesson 04, written otherwise", () => {
  for (const file of readdirSync(RIGHT_ANSWERS)) {
    test(`${file} carries a queue with all that SQS has`, async () => {
      const { VisibilityQueue } = (await import(new URL(file, RIGHT_ANSWERS).href)) as { VisibilityQueue: Engine };
      const { sqs, QueueUrl, orders } = await queueOn(VisibilityQueue, { VisibilityTimeout: "5" });
      const deadUrl = await created(sqs, "orders-dead");
      const dead = new QueueCalls(sqs, deadUrl);
      const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: await arnOf(sqs, deadUrl), maxReceiveCount: 3 });
      await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { RedrivePolicy } }));

      await orders.send("a");
      await orders.send("b", { DelaySeconds: 2 });
      const ofA = await orders.receiptOf();
      const wokenByDelay = orders.poll();
      await clock.advance(2000);
      expect(await now(wokenByDelay.promise)).toEqual(["b"]);

      const wokenByExpiry = orders.poll({ VisibilityTimeout: 60 });
      // A queue may take back what is exactly as old as its timeout, or wait for it to be older.
      await clock.advance(3002);
      expect(await now(wokenByExpiry.promise)).toEqual(["a"]);
      await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle: ofA }));
      expect(await orders.counts()).toBe("0 wait, 2 in flight, 0 delayed");

      await clock.advance(2002);
      const ofB = await orders.receiptOf();
      const wokenByChange = orders.poll();
      await clock.quiet();
      await now(sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle: ofB, VisibilityTimeout: 0 }));
      expect(await now(wokenByChange.promise)).toEqual(["b"]);
      await clock.advance(5002);
      expect(await orders.receive()).toEqual([]);
      expect(await dead.bodies()).toEqual(["b"]);
      expect(await orders.counts()).toBe("0 wait, 1 in flight, 0 delayed");

      const controller = new AbortController();
      const gone = orders.poll({}, controller.signal);
      await clock.quiet();
      controller.abort();
      expect((await refusal(gone.promise)).name).toBe("AbortError");
      await orders.send("c");
      expect(await orders.bodies()).toEqual(["c"]);
      await clock.advance(55_000);
      expect(await orders.bodies()).toEqual(["a", "c"]);
    });
  }
});

describe("a queue that is not finished", () => {
  class WithoutStretch extends VisibilityQueue {
    override release(): void {
      throw new Error("Not written yet: release");
    }
    override extend(): void {
      throw new Error("Not written yet: extend");
    }
  }

  test("with 04.1 to 04.4 alone, all works but what needs the rest, and that takes no message", async () => {
    const { sqs, QueueUrl, orders } = await queueOn(WithoutStretch, { VisibilityTimeout: "5" });
    await orders.send("a");
    const notWritten = (method: string) => [
      "UnsupportedOperation",
      `The engine's ${method}: Not written yet: ${method}`,
    ];
    expect(await told(sqs.receiveMessage({ QueueUrl, VisibilityTimeout: 60 }))).toEqual(notWritten("extend"));
    expect(await told(sqs.receiveMessage({ QueueUrl, VisibilityTimeout: 0 }))).toEqual(notWritten("release"));
    expect(await told(sqs.setQueueAttributes({ QueueUrl, Attributes: { VisibilityTimeout: "7" } }))).toEqual(
      notWritten("extend"),
    );
    expect(await orders.counts()).toBe("1 wait, 0 in flight, 0 delayed");

    const ReceiptHandle = await orders.receiptOf({ VisibilityTimeout: 5 });
    const change = (VisibilityTimeout: number) =>
      sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout });
    expect(await told(change(60))).toEqual(notWritten("extend"));
    expect(await told(change(0))).toEqual(notWritten("release"));
    await clock.advance(5001);
    const again = await orders.receiptOf();
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle: again }));
    expect(await orders.counts()).toBe("0 wait, 0 in flight, 0 delayed");
  });

  test("the starter says what is not written", async () => {
    const sqs = new SQS(clientSettings(new SqsEndpoint({ engine: Starter })));
    expect(await told(sqs.createQueue({ QueueName: "orders" }))).toEqual([
      "UnsupportedOperation",
      "The engine's constructor: Not written yet: the constructor",
    ]);
    expect((await now(sqs.listQueues({}))).QueueUrls).toBeUndefined();
  });
});

describe("a queue that misbehaves", () => {
  const fails = (): never => {
    throw new TypeError("Cannot read properties of undefined (reading 'id')");
  };
  const FAILED = "Cannot read properties of undefined (reading 'id')";

  test("what it throws is answered as an internal error, with its message", async () => {
    for (const [method, call] of [
      ["publish", (sqs: SQS, QueueUrl: string) => sqs.sendMessage({ QueueUrl, MessageBody: "x" })],
      ["receive", (sqs: SQS, QueueUrl: string) => sqs.receiveMessage({ QueueUrl })],
      ["requeueExpired", (sqs: SQS, QueueUrl: string) => sqs.receiveMessage({ QueueUrl })],
    ] as const) {
      class Failing extends VisibilityQueue {}
      Object.assign(Failing.prototype, { [method]: fails });
      const { sqs, QueueUrl } = await queueOn(Failing);
      expect(await refusal(call(sqs, QueueUrl))).toMatchObject({
        name: "InternalError",
        message: `The engine's ${method}: ${FAILED}`,
        $fault: "server",
        $metadata: { httpStatusCode: 500 },
      });
    }
  });

  test("ack, release and extend: any error but an unknown receipt is told", async () => {
    class Failing extends VisibilityQueue {
      override ack = fails;
      override release = fails;
      override extend = fails;
    }
    const { sqs, QueueUrl, orders } = await queueOn(Failing);
    await orders.send("a");
    const ReceiptHandle = await orders.receiptOf();
    expect(await told(sqs.deleteMessage({ QueueUrl, ReceiptHandle }))).toEqual([
      "InternalError",
      `The engine's ack: ${FAILED}`,
    ]);
    const { Failed } = await now(
      sqs.changeMessageVisibilityBatch({
        QueueUrl,
        Entries: [
          { Id: "sooner", ReceiptHandle, VisibilityTimeout: 0 },
          { Id: "later", ReceiptHandle, VisibilityTimeout: 60 },
        ],
      }),
    );
    expect(Failed).toEqual([
      { Id: "sooner", SenderFault: false, Code: "InternalError", Message: `The engine's release: ${FAILED}` },
      { Id: "later", SenderFault: false, Code: "InternalError", Message: `The engine's extend: ${FAILED}` },
    ]);
  });

  test("what fails in a timer ends nothing, and the next receive tells", async () => {
    class Failing extends VisibilityQueue {
      isBroken = false;
      override requeueExpired(): number {
        return this.isBroken ? fails() : super.requeueExpired();
      }
      override publish(body: string): string {
        return this.isBroken ? fails() : super.publish(body);
      }
    }
    const made: Failing[] = [];
    class Noted extends Failing {
      constructor(options?: { visibilityTimeoutMs?: number }) {
        super(options);
        made.push(this);
      }
    }
    const { sqs, QueueUrl, orders } = await queueOn(Noted);
    await orders.send("a");
    await orders.receive();
    await orders.send("b", { DelaySeconds: 10 });
    for (const engine of made) engine.isBroken = true;
    await clock.advance(60_000);
    expect(clock.thrown).toEqual([]);
    expect(clock.timers.count).toBe(0);
    expect(await told(sqs.receiveMessage({ QueueUrl }))).toEqual([
      "InternalError",
      `The engine's requeueExpired: ${FAILED}`,
    ]);
  });

  test("a method that was made async is told, and its rejection ends nothing", async () => {
    class Async extends VisibilityQueue {}
    Object.assign(Async.prototype, { publish: async () => fails() });
    const { sqs, QueueUrl } = await queueOn(Async);
    expect(await told(sqs.sendMessage({ QueueUrl, MessageBody: "x" }))).toEqual([
      "InternalError",
      "The engine's publish returned a promise: it must be done when it returns",
    ]);
    await clock.advance(1000);
  });

  test("what is no delivery, and a body that is not what was published, are told", async () => {
    for (const [delivery, message] of [
      [undefined, "The engine's receive resolved to something that is neither a message nor null"],
      [{ body: "x" }, "The engine's receive resolved to something that is neither a message nor null"],
      [{ body: "x", receipt: "r", receiveCount: 1 }, "The engine delivered a body that was never published to it"],
      [{ body: "{}", receipt: "r", receiveCount: 1 }, "The engine delivered a body that was never published to it"],
    ] as const) {
      class Odd extends VisibilityQueue {}
      Object.assign(Odd.prototype, { receive: async () => delivery as Delivery });
      const { sqs, QueueUrl } = await queueOn(Odd);
      expect(await told(sqs.receiveMessage({ QueueUrl }))).toEqual(["InternalError", message]);
    }
  });

  test("counts that are no numbers are told", async () => {
    class Uncounted extends VisibilityQueue {
      override get inFlight(): number {
        return undefined as unknown as number;
      }
    }
    const { sqs, QueueUrl } = await queueOn(Uncounted);
    expect(await told(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] }))).toEqual([
      "InternalError",
      "The engine's inFlight: expected a number from 0 up, got undefined",
    ]);
  });

  test("a receive that ignores its signal holds up no client that goes away", async () => {
    class Deaf extends VisibilityQueue {
      override receive(): Promise<never> {
        return new Promise(() => {});
      }
    }
    const { orders } = await queueOn(Deaf);
    const controller = new AbortController();
    const poll = orders.poll({}, controller.signal);
    await clock.quiet();
    controller.abort();
    expect((await refusal(poll.promise)).name).toBe("AbortError");
  });
});

test("with 120,000 messages in flight, a short poll is over the limit", async () => {
  class Full extends VisibilityQueue {
    override get inFlight(): number {
      return 120_000;
    }
  }
  const { sqs, QueueUrl } = await queueOn(Full);
  expect(await refusal(sqs.receiveMessage({ QueueUrl }))).toMatchObject({
    name: "OverLimit",
    $metadata: { httpStatusCode: 403 },
  });
});
