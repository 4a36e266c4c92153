// What task 06.3 asks for: a processor that deletes what is done. Read in order, the names are its specification.
// Open is how many deletes are under way, and whether a message that is done holds its worker until its delete is
// confirmed.

import { SendMessageCommand, SQSClient } from "@aws-sdk/client-sqs";
import { describe, test } from "vitest";
import { VisibilityQueue } from "#solution/04-visibility-queue/visibility-queue.ts";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { listen } from "../../scripts/sqs-endpoint/listening.ts";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { call, note } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { comesForReal, happensOverSockets } from "./over-sockets.ts";
import { ABOUT, gate, messages, Processing, RUN, type Scene } from "./processor-scene.ts";
import { LONGEST_LINGER_MS, refusalOf, tellOfDeletes, tellsOfDeletes } from "./tells.ts";
import { CLIENT_CONFIG } from "./watched-sqs.ts";

const given = lesson(() => import("#lesson/06-message-service/queue-processor.ts"));

const start = (bodies: string[], scene?: Scene) => Processing.of(given, bodies, scene);

describe("06.3", () => {
  test("a message is deleted after its handler has succeeded, never before", async () => {
    const bodies = messages(20);
    const processing = await start(bodies, { jobOf: (body) => ({ takesMs: 100 * Number(body.slice(1)) }) });
    const did = `${RUN} with 20 messages that take 100 ms to 2 s each`;
    await processing.within(
      10_000,
      () => processing.deletedTooEarly !== undefined || processing.deleted.length >= 20,
      () =>
        `${did}: expected all 20 to be deleted within 10 s, but ${processing.deleted.length} were${refusalOf(processing)}`,
      () => tellOfDeletes(processing),
    );
    processing.neverDeletedTooEarly(did, "deletes-before-it-handles");
    same((await processing.sqs.left()).all, 0, `${did}: messages left in the queue`, {}, ABOUT);
  });

  test("messages that are done in the same moment are deleted by batches, not one by one", async () => {
    const { opened, open } = gate();
    const processing = await start(messages(10), { jobOf: () => ({ until: opened }) });
    await processing.pass(1000);
    open();
    await processing.pass(2000);
    const did = `${RUN} with ten handlers that succeed in the same moment`;
    const { deletes } = processing.sqs;
    const single = deletes.filter(({ operation }) => operation === "DeleteMessage").length;
    same(single, 0, `${did}: how many deletes were no DeleteMessageBatch`, { "deletes-one-by-one": () => true }, ABOUT);
    same(
      processing.deleted.length,
      10,
      `${did}: how many messages are deleted 2 s later${refusalOf(processing)}`,
      {
        ...tellsOfDeletes(processing),
      },
      ABOUT,
    );
    claim(
      deletes.length <= 5,
      `${did}: expected them to be deleted by a few requests, it made ${deletes.length}`,
      "batches-of-one",
      ABOUT,
    );
  });

  test("a batch has ten entries at most", async () => {
    const { opened, open } = gate();
    const processing = await start(messages(25), { maxWorkers: 25, jobOf: () => ({ until: opened }) });
    await processing.pass(1000);
    open();
    await processing.pass(3000);
    const did = `${RUN} with 25 handlers that succeed in the same moment`;
    const sizes = processing.sqs.deletes.map(({ input }) => input.Entries?.length ?? 1);
    same(
      sizes.filter((size) => size > 10),
      [],
      `${did}: the sizes of batches with more than 10 entries`,
      { "more-than-ten-in-a-batch": () => true },
      ABOUT,
    );
    same(
      processing.deleted.length,
      25,
      `${did}: how many messages are deleted 3 s later`,
      tellsOfDeletes(processing),
      ABOUT,
    );
  });

  test("what is done while a batch is on its way is deleted too", async () => {
    const bodies = messages(40);
    const processing = await start(bodies, {
      jobOf: (body) => ({ takesMs: 100 + 10 * (Number(body.slice(1)) % 10) }),
      trouble: ({ operation }) => (operation.startsWith("DeleteMessage") ? { latencyMs: 1000 } : {}),
    });
    const did = `${RUN} with 40 messages, and deletes that take a second`;
    await processing.within(
      60_000,
      () => processing.deleted.length >= 40,
      () => `${did}: expected all 40 to be deleted within a minute, but ${processing.deleted.length} were`,
      () => tellOfDeletes(processing),
    );
    same(
      [...processing.begun].sort(),
      [...bodies].sort(),
      `${did}: the messages that the handler was called with`,
      {},
      ABOUT,
    );
  });

  test("a message that is done is deleted at once, also while a long poll waits", async () => {
    const processing = await start(["a"], { jobOf: () => ({ takesMs: 1000 }) });
    const did = `${RUN} with one message, which is done after a second, and nothing else to do`;
    await processing.within(
      2000,
      () => processing.done.length === 1,
      () => `${did}: expected its handler to end`,
    );
    const doneAtMs = clock.nowMs;
    await processing.sqs.within(40_000, () => processing.deleted.length === 1);
    const [firstDelete] = processing.sqs.deletes;
    const sentence = `${did}: expected it to be deleted without waiting for anything`;
    claim(firstDelete !== undefined, `${sentence}, but 40 s later it is not`, "waits-for-a-full-batch", ABOUT);
    const waitedMs = (firstDelete?.atMs ?? 0) - doneAtMs;
    claim(
      waitedMs <= LONGEST_LINGER_MS,
      `${sentence}, but the delete came ${waitedMs} ms later`,
      waitedMs > 10_000 ? "deletes-when-the-poll-ends" : undefined,
      ABOUT,
    );
    same(processing.deleted.length, 1, `${did}: how many messages are deleted`, tellsOfDeletes(processing), ABOUT);
  });

  test("a message that is done does not wait for a slow one to be done", async () => {
    const processing = await start(["slow", "a"], {
      jobOf: (body) => ({ takesMs: body === "slow" ? 100_000 : 1000 }),
      visibilityTimeoutSeconds: 30,
    });
    await processing.pass(29_000);
    const did = `${RUN} with one message that is done after a second and one that takes 100 s`;
    claim(
      processing.deleted.includes("a"),
      `${did}: expected the first to be deleted before its visibility timeout of 30 s is over, but after 29 s it is not`,
      processing.sqs.deletes.length === 0 ? "waits-for-a-full-batch" : tellOfDeletes(processing),
      ABOUT,
    );
  });

  test("a message that was delivered twice is deleted, also where both are done in the same moment", async () => {
    const { opened, open } = gate();
    const processing = await start(["a", "b", "c"], { jobOf: () => ({ until: opened }) });
    await processing.pass(1000);
    const [twice] = processing.handlings;
    processing.neverDeletedTooEarly(`${RUN} with three messages whose handlers run`, "deletes-before-it-handles");
    const { queueUrl } = processing.sqs;
    const input = { QueueUrl: queueUrl, ReceiptHandle: twice?.receipt, VisibilityTimeout: 0 };
    await processing.sqs.direct("ChangeMessageVisibility", input);
    await processing.pass(1000);
    same(
      processing.begun.length,
      4,
      `${RUN} with three messages, one of them delivered twice: handlers that run`,
      {},
      ABOUT,
    );
    open();
    await processing.pass(30_000);
    const { all } = await processing.sqs.left();
    const did = `${RUN} with three messages, one of them delivered twice, all done in the same moment`;
    same(
      all,
      0,
      `${did}: messages left in the queue after 30 s${refusalOf(processing)}`,
      tellsOfDeletes(processing),
      ABOUT,
    );
  });

  test("with the SDK's own connections, to an endpoint on a socket: a message that is sent is handled and deleted", async () => {
    const endpoint = new SqsEndpoint({ engine: VisibilityQueue });
    const listening = await comesForReal("the endpoint's own beginning", listen(endpoint, { port: 0 }), ABOUT);
    const sqs = new SQSClient({ ...CLIENT_CONFIG, endpoint: listening.url, maxAttempts: 1 });
    const controller = new AbortController();
    try {
      const created = (await endpoint.answer("CreateQueue", { QueueName: "orders" })) as { QueueUrl?: string };
      const queueUrl = created.QueueUrl ?? "";
      const handled: unknown[] = [];
      const handler = async ({ Body }: { Body?: string }) => {
        note("handler", `is called with ${Body}`);
        handled.push(Body);
      };
      call(RUN, () => given.runQueueProcessor({ sqs, queueUrl, handler, signal: controller.signal }));
      const did = `${RUN} over sockets`;
      const left = async () => {
        const input = { QueueUrl: queueUrl, AttributeNames: ["All"] };
        const { Attributes = {} } = (await endpoint.answer("GetQueueAttributes", input)) as { Attributes?: object };
        const { ApproximateNumberOfMessages, ApproximateNumberOfMessagesNotVisible } = Object(Attributes);
        return Number(ApproximateNumberOfMessages) + Number(ApproximateNumberOfMessagesNotVisible);
      };
      for (const body of ["a", "b"]) {
        const sending = new SendMessageCommand({ QueueUrl: queueUrl, MessageBody: body });
        await comesForReal("the answer to a SendMessage of the check's own", sqs.send(sending), ABOUT);
        const isHandled = () => handled.includes(body);
        await happensOverSockets(`${did}: the handler's call with message ${body}`, isHandled, ABOUT);
        let isGone = false;
        const look = async () => {
          isGone = (await left()) === 0;
        };
        await happensOverSockets(`${did}: the delete of message ${body}, which is done,`, () => isGone, ABOUT, look);
      }
      same(handled, ["a", "b"], `${did}: the messages that the handler was called with`, {}, ABOUT);
    } finally {
      controller.abort();
      sqs.destroy();
      endpoint.close();
      await comesForReal("the endpoint's own end", listening.close(), ABOUT);
    }
  });
});
