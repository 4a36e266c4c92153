// The SQS endpoint as today's SDK sees it, in process and under virtual time: every operation, limit and
// error code. The sentences are those of the Amazon SQS API Reference and Developer Guide.

import { createHash } from "node:crypto";
import { SQS } from "@aws-sdk/client-sqs";
import { beforeEach, describe, expect, test } from "vitest";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { clientSettings } from "../../scripts/sqs-endpoint/in-process.ts";
import { VisibilityQueue } from "../../solutions/04-visibility-queue/visibility-queue.ts";
import { clock } from "../support/virtual-time/install.ts";
import { created, now, QueueCalls, refusal, refused } from "./sqs-endpoint-calls.ts";

const MEBIBYTE = 1_048_576;
const HOUR_SECONDS = 3600;
const NEVER_GIVEN_OUT = Buffer.from('["other","other","other"]').toString("base64url");

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

describe("queues", () => {
  test("a queue is found by its name and in the list, until it is deleted", async () => {
    await created(sqs, "invoices");
    await created(sqs, "orders-eu");
    expect((await now(sqs.getQueueUrl({ QueueName: "orders" }))).QueueUrl).toBe(QueueUrl);
    expect((await now(sqs.listQueues({}))).QueueUrls).toHaveLength(3);
    expect((await now(sqs.listQueues({ QueueNamePrefix: "orders" }))).QueueUrls).toEqual([QueueUrl, `${QueueUrl}-eu`]);
    await now(sqs.deleteQueue({ QueueUrl }));
    expect(await refused(sqs.getQueueUrl({ QueueName: "orders" }))).toBe("QueueDoesNotExist");
    expect((await now(sqs.listQueues({ QueueNamePrefix: "none" }))).QueueUrls).toBeUndefined();
  });

  test("a long list comes in pages", async () => {
    for (const name of ["b", "a", "d", "c"]) await created(sqs, name);
    const seen: string[] = [];
    let NextToken: string | undefined;
    do {
      const page = await now(sqs.listQueues({ MaxResults: 2, ...(NextToken && { NextToken }) }));
      expect(page.QueueUrls?.length).toBeLessThanOrEqual(2);
      seen.push(...(page.QueueUrls ?? []));
      NextToken = page.NextToken;
    } while (NextToken);
    expect(seen.map((url) => url.split("/").at(-1))).toEqual(["a", "b", "c", "d", "orders"]);
    expect(await refused(sqs.listQueues({ MaxResults: 1001 }))).toBe("InvalidParameterValue");
  });

  test("to create a queue that exists is fine, unless an attribute differs", async () => {
    expect(await created(sqs, "orders", { VisibilityTimeout: "30" })).toBe(QueueUrl);
    const error = await refusal(sqs.createQueue({ QueueName: "orders", Attributes: { DelaySeconds: "5" } }));
    expect(error).toMatchObject({ name: "QueueNameExists", Code: "QueueAlreadyExists" });
    expect(error.message).toContain("DelaySeconds");
  });

  test("a name has 1 to 80 letters, digits, hyphens and underscores", async () => {
    await created(sqs, "x".repeat(80));
    for (const QueueName of ["", "x".repeat(81), "two words", "a/b", "ä"]) {
      expect(await refused(sqs.createQueue({ QueueName }))).toBe("InvalidParameterValue");
    }
  });

  test("a FIFO queue is refused, by its name and by its attribute", async () => {
    const byName = await refusal(sqs.createQueue({ QueueName: "orders.fifo", Attributes: { FifoQueue: "true" } }));
    expect(byName).toMatchObject({ name: "UnsupportedOperation", $fault: "client" });
    expect(byName.message).toContain("FIFO");
    expect(await refused(sqs.createQueue({ QueueName: "more", Attributes: { FifoQueue: "true" } }))).toBe(
      "UnsupportedOperation",
    );
  });

  test("a name is free again 60 seconds after its queue was deleted, and old receipts are void", async () => {
    await orders.send("of the first queue");
    const ReceiptHandle = await orders.receiptOf();
    await now(sqs.deleteQueue({ QueueUrl }));
    await clock.advance(59_000);
    expect(await refused(sqs.createQueue({ QueueName: "orders" }))).toBe("QueueDeletedRecently");
    await clock.advance(1000);
    await created(sqs, "orders");
    expect(await orders.counts()).toBe("0 wait, 0 in flight, 0 delayed");
    expect(await refused(sqs.deleteMessage({ QueueUrl, ReceiptHandle }))).toBe("ReceiptHandleIsInvalid");
  });

  test("attributes have SQS's defaults, and take what is in their limits", async () => {
    const { Attributes } = await now(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] }));
    expect(Attributes).toEqual({
      ApproximateNumberOfMessages: "0",
      ApproximateNumberOfMessagesDelayed: "0",
      ApproximateNumberOfMessagesNotVisible: "0",
      CreatedTimestamp: String(clock.dateMs / 1000),
      DelaySeconds: "0",
      LastModifiedTimestamp: String(clock.dateMs / 1000),
      MaximumMessageSize: String(MEBIBYTE),
      MessageRetentionPeriod: "345600",
      QueueArn: "arn:aws:sqs:us-east-1:000000000000:orders",
      ReceiveMessageWaitTimeSeconds: "0",
      VisibilityTimeout: "30",
    });
    for (const [name, least, most] of [
      ["DelaySeconds", 0, 900],
      ["MaximumMessageSize", 1024, MEBIBYTE],
      ["MessageRetentionPeriod", 60, 14 * 24 * HOUR_SECONDS],
      ["ReceiveMessageWaitTimeSeconds", 0, 20],
      ["VisibilityTimeout", 0, 12 * HOUR_SECONDS],
    ] as const) {
      for (const value of [least, most]) {
        await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { [name]: String(value) } }));
        const { Attributes } = await now(sqs.getQueueAttributes({ QueueUrl, AttributeNames: [name] }));
        expect(Attributes).toEqual({ [name]: String(value) });
      }
      for (const value of [String(least - 1), String(most + 1), "1.5", "", "soon"]) {
        expect(await refused(sqs.setQueueAttributes({ QueueUrl, Attributes: { [name]: value } }))).toBe(
          "InvalidAttributeValue",
        );
      }
    }
  });

  test("attributes that are unknown, or not for setting, are refused by name; none asked for, none shown", async () => {
    for (const name of ["Colour", "QueueArn", "ApproximateNumberOfMessages", "constructor"]) {
      const error = await refusal(sqs.setQueueAttributes({ QueueUrl, Attributes: { [name]: "1" } }));
      expect([error.name, error.message]).toEqual(["InvalidAttributeName", `Unknown Attribute ${name}.`]);
    }
    expect(await refused(sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["constructor" as "All"] }))).toBe(
      "InvalidAttributeName",
    );
    expect((await now(sqs.getQueueAttributes({ QueueUrl }))).Attributes).toBeUndefined();
  });

  test("every operation on a queue that does not exist says so, as the SDK's own class", async () => {
    const gone = { QueueUrl: `${QueueUrl}-gone` };
    const entries = [{ Id: "a", ReceiptHandle: NEVER_GIVEN_OUT, VisibilityTimeout: 1, MessageBody: "x" }];
    for (const call of [
      () => sqs.changeMessageVisibility({ ...gone, ReceiptHandle: NEVER_GIVEN_OUT, VisibilityTimeout: 1 }),
      () => sqs.changeMessageVisibilityBatch({ ...gone, Entries: entries }),
      () => sqs.deleteMessage({ ...gone, ReceiptHandle: NEVER_GIVEN_OUT }),
      () => sqs.deleteMessageBatch({ ...gone, Entries: entries }),
      () => sqs.deleteQueue(gone),
      () => sqs.getQueueAttributes(gone),
      () => sqs.purgeQueue(gone),
      () => sqs.receiveMessage(gone),
      () => sqs.sendMessage({ ...gone, MessageBody: "x" }),
      () => sqs.sendMessageBatch({ ...gone, Entries: entries }),
      () => sqs.setQueueAttributes({ ...gone, Attributes: {} }),
    ]) {
      expect(await refusal(call())).toMatchObject({
        name: "QueueDoesNotExist",
        Code: "AWS.SimpleQueueService.NonExistentQueue",
        message: "The specified queue does not exist.",
        $metadata: { httpStatusCode: 400, requestId: expect.stringMatching(/^[0-9a-f-]{36}$/) },
      });
    }
    expect(await refused(sqs.receiveMessage({ QueueUrl: "orders" }))).toBe("InvalidAddress");
  });

  test("an operation that this endpoint has not is no operation", async () => {
    const error = await refusal(sqs.tagQueue({ QueueUrl, Tags: { team: "sales" } }));
    expect([error.name, error.message]).toEqual([
      "UnknownOperationException",
      "This endpoint has no operation TagQueue.",
    ]);
  });

  test("a closed endpoint answers nobody, and leaves no timer", async () => {
    await orders.send("in flight");
    await orders.receive();
    await orders.send("delayed", { DelaySeconds: 900 });
    const waiting = orders.poll();
    await clock.quiet();
    endpoint.close();
    expect(await refused(waiting.promise)).toBe("ServiceUnavailable");
    expect(await refused(sqs.listQueues({}))).toBe("ServiceUnavailable");
    expect(clock.timers.count).toBe(0);
  });
});

describe("sending", () => {
  test("a message has an id of its own, and the checksum of its body, which the SDK compares", async () => {
    const first = await orders.send("2 posters, A1");
    const second = await orders.send("2 posters, A1");
    expect(first.MD5OfMessageBody).toBe(createHash("md5").update("2 posters, A1").digest("hex"));
    expect(first.MessageId).not.toBe(second.MessageId);
    expect(first.MD5OfMessageAttributes).toBeUndefined();
  });

  test("the checksum of attributes is the one that Amazon SQS makes", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const ofText = await orders.send("msg", {
      MessageAttributes: { Hello: text("There"), General: text("Kenobi"), "Help.Me": text("Me") },
    });
    // Both recorded from Amazon SQS.
    expect(ofText.MD5OfMessageAttributes).toBe("4c360f3fdafd970e05fae2f149d997f5");
    const trace = "traceparent\x1e00-774062d6c37081a5a0b9b5b88e30627c-2d2482211f6489da-01";
    const ofBytes = await orders.send("test", {
      MessageAttributes: { attr1: { DataType: "Binary", BinaryValue: Buffer.from(trace) } },
    });
    expect(ofBytes.MD5OfMessageAttributes).toBe("8cbe4db156db8a94db8b801b7addb984");
  });

  test("a body has 1 byte to 1 MiB, counted in UTF-8", async () => {
    await orders.send("x");
    await orders.send("x".repeat(MEBIBYTE));
    await orders.send("ä".repeat(MEBIBYTE / 2));
    expect(await refused(sqs.sendMessage({ QueueUrl, MessageBody: "" }))).toBe("MissingParameter");
    const error = await refusal(sqs.sendMessage({ QueueUrl, MessageBody: `${"ä".repeat(MEBIBYTE / 2)}x` }));
    expect([error.name, error.message]).toEqual([
      "InvalidParameterValue",
      "One or more parameters are invalid. Reason: Message must be shorter than 1048576 bytes.",
    ]);
  });

  test("attributes count: name, type and value", async () => {
    const MessageAttributes = {
      note: { DataType: "String", StringValue: "ä" },
      seal: { DataType: "Binary", BinaryValue: new Uint8Array(5) },
    };
    const room = MEBIBYTE - ("note".length + "String".length + 2) - ("seal".length + "Binary".length + 5);
    await orders.send("x".repeat(room), { MessageAttributes });
    expect(await refused(sqs.sendMessage({ QueueUrl, MessageBody: "x".repeat(room + 1), MessageAttributes }))).toBe(
      "InvalidParameterValue",
    );
  });

  test("a queue may take less", async () => {
    await now(sqs.setQueueAttributes({ QueueUrl, Attributes: { MaximumMessageSize: "1024" } }));
    await orders.send("x".repeat(1024));
    const { Failed, Successful } = await now(
      sqs.sendMessageBatch({
        QueueUrl,
        Entries: [
          { Id: "short", MessageBody: "x" },
          { Id: "long", MessageBody: "x".repeat(1025) },
        ],
      }),
    );
    expect(Successful).toMatchObject([{ Id: "short" }]);
    expect(Failed).toMatchObject([{ Id: "long", SenderFault: true, Code: "InvalidParameterValue" }]);
  });

  test("characters that XML 1.0 does not allow are refused, in bodies and in attributes", async () => {
    await orders.send("\t\n\r \ud7ff\ue000\ufffd\u{10000}\u{10ffff}");
    for (const [character, named] of [
      ["\u0000", "#x0"],
      ["\u0008", "#x8"],
      ["\u000b", "#xB"],
      ["\u001f", "#x1F"],
      ["\ud800", "#xD800"],
      ["\udfff", "#xDFFF"],
      ["\ufffe", "#xFFFE"],
      ["\uffff", "#xFFFF"],
    ]) {
      const error = await refusal(sqs.sendMessage({ QueueUrl, MessageBody: `a${character}b` }));
      expect([error.name, error.message]).toEqual([
        "InvalidMessageContents",
        expect.stringContaining(`'${named}' was found in the message body`),
      ]);
    }
    const MessageAttributes = { note: { DataType: "String", StringValue: "\u0000" } };
    expect(await refused(sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes }))).toBe(
      "InvalidMessageContents",
    );
  });

  test("at most 10 attributes", async () => {
    const attributes = (count: number) =>
      Object.fromEntries(
        Array.from({ length: count }, (_, number) => [`a${number}`, { DataType: "String", StringValue: "x" }]),
      );
    await orders.send("x", { MessageAttributes: attributes(10) });
    const error = await refusal(sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes: attributes(11) }));
    expect([error.name, error.message]).toEqual([
      "InvalidParameterValue",
      "Number of message attributes [11] exceeds the allowed maximum [10].",
    ]);
  });

  test("an attribute has a proper name, a type, and a value of that type", async () => {
    const good = { DataType: "String", StringValue: "x" };
    for (const name of ["a", "a.b", "_-1", "x".repeat(256), "constructor"]) {
      await orders.send("x", { MessageAttributes: { [name]: good } });
    }
    for (const name of ["", ".a", "a.", "a..b", "a b", "ä", "x".repeat(257), "AWS.x", "amazon.x"]) {
      expect(await refused(sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes: { [name]: good } }))).toBe(
        "InvalidParameterValue",
      );
    }
    for (const value of [
      { DataType: "Number", StringValue: "-1.5e10" },
      { DataType: "Number.celsius", StringValue: "21" },
      { DataType: "Binary.png", BinaryValue: new Uint8Array([1]) },
    ]) {
      await orders.send("x", { MessageAttributes: { value } });
    }
    for (const value of [
      { DataType: "", StringValue: "x" },
      { DataType: "Text", StringValue: "x" },
      { DataType: `String.${"x".repeat(250)}`, StringValue: "x" },
      { DataType: "String" },
      { DataType: "String", StringValue: "" },
      { DataType: "String", BinaryValue: new Uint8Array([1]) },
      { DataType: "Binary", StringValue: "x" },
      { DataType: "Binary", BinaryValue: new Uint8Array() },
      { DataType: "Number", StringValue: "many" },
    ]) {
      expect(await refused(sqs.sendMessage({ QueueUrl, MessageBody: "x", MessageAttributes: { value } }))).toBe(
        "InvalidParameterValue",
      );
    }
  });

  test("what this endpoint could only lose is refused", async () => {
    for (const more of [
      { MessageGroupId: "g" },
      { MessageDeduplicationId: "d" },
      { MessageSystemAttributes: { AWSTraceHeader: { DataType: "String", StringValue: "Root=1" } } },
      { MessageAttributes: { list: { DataType: "String", StringListValues: ["x"] } } },
    ]) {
      expect(await refused(sqs.sendMessage({ QueueUrl, MessageBody: "x", ...more }))).toBe("UnsupportedOperation");
    }
  });
});

describe("batches", () => {
  const ids = (count: number) => Array.from({ length: count }, (_, number) => `id-${number}`);

  test("1 to 10 entries", async () => {
    for (const count of [0, 11]) {
      const expected = count === 0 ? "EmptyBatchRequest" : "TooManyEntriesInBatchRequest";
      const Entries = ids(count).map((Id) => ({ Id, MessageBody: "x", ReceiptHandle: "r", VisibilityTimeout: 1 }));
      expect(await refused(sqs.sendMessageBatch({ QueueUrl, Entries }))).toBe(expected);
      expect(await refused(sqs.deleteMessageBatch({ QueueUrl, Entries }))).toBe(expected);
      expect(await refused(sqs.changeMessageVisibilityBatch({ QueueUrl, Entries }))).toBe(expected);
    }
    await now(sqs.sendMessageBatch({ QueueUrl, Entries: ids(10).map((Id) => ({ Id, MessageBody: Id })) }));
    expect(await orders.bodies()).toEqual(ids(10));
  });

  test("ids are distinct, and have 1 to 80 letters, digits, hyphens and underscores", async () => {
    const batch = (...all: string[]) =>
      sqs.sendMessageBatch({ QueueUrl, Entries: all.map((Id) => ({ Id, MessageBody: "x" })) });
    expect(await refused(batch("a", "b", "a"))).toBe("BatchEntryIdsNotDistinct");
    for (const Id of ["", "a b", "a.b", "x".repeat(81)]) expect(await refused(batch(Id))).toBe("InvalidBatchEntryId");
    await now(batch("x".repeat(80), "a", "A", "constructor"));
    expect(await orders.counts()).toBe("4 wait, 0 in flight, 0 delayed");
  });

  test("all messages of a batch together have at most 1 MiB", async () => {
    const half = { MessageBody: "x".repeat(MEBIBYTE / 2) };
    await now(
      sqs.sendMessageBatch({
        QueueUrl,
        Entries: [
          { Id: "a", ...half },
          { Id: "b", ...half },
        ],
      }),
    );
    const Entries = [
      { Id: "a", ...half },
      { Id: "b", MessageBody: `${half.MessageBody}y` },
    ];
    const error = await refusal(sqs.sendMessageBatch({ QueueUrl, Entries }));
    expect([error.name, error.message]).toEqual([
      "BatchRequestTooLong",
      "Batch requests cannot be longer than 1048576 bytes. You have sent 1048577 bytes.",
    ]);
    expect(await orders.counts()).toBe("2 wait, 0 in flight, 0 delayed");
  });

  test("an entry that fails fails alone, and says why", async () => {
    const { Successful, Failed } = await now(
      sqs.sendMessageBatch({
        QueueUrl,
        Entries: [
          { Id: "good", MessageBody: "x" },
          { Id: "empty", MessageBody: "" },
          { Id: "late", MessageBody: "x", DelaySeconds: 901 },
          { Id: "odd", MessageBody: "\u0001" },
        ],
      }),
    );
    expect(Successful).toMatchObject([{ Id: "good", MessageId: expect.any(String) }]);
    expect(Failed).toEqual([
      { Id: "empty", SenderFault: true, Code: "MissingParameter", Message: expect.stringContaining("MessageBody") },
      {
        Id: "late",
        SenderFault: true,
        Code: "InvalidParameterValue",
        Message: "Value 901 for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.",
      },
      { Id: "odd", SenderFault: true, Code: "InvalidMessageContents", Message: expect.stringContaining("#x1") },
    ]);
    expect(await orders.bodies()).toEqual(["x"]);
  });

  test("a delete and a change of visibility, each by its entries", async () => {
    for (const body of ["a", "b", "c"]) await orders.send(body);
    const [a = "", b = "", c = ""] = (await orders.receive({ MaxNumberOfMessages: 3 })).map(
      (one) => one.ReceiptHandle ?? "",
    );
    const changed = await now(
      sqs.changeMessageVisibilityBatch({
        QueueUrl,
        Entries: [
          { Id: "1", ReceiptHandle: a, VisibilityTimeout: 0 },
          { Id: "2", ReceiptHandle: NEVER_GIVEN_OUT, VisibilityTimeout: 0 },
          { Id: "3", ReceiptHandle: b, VisibilityTimeout: 43_201 },
        ],
      }),
    );
    expect(changed.Successful).toEqual([{ Id: "1" }]);
    expect(changed.Failed).toMatchObject([
      { Id: "2", SenderFault: true, Code: "ReceiptHandleIsInvalid" },
      { Id: "3", SenderFault: true, Code: "InvalidParameterValue" },
    ]);
    const deleted = await now(
      sqs.deleteMessageBatch({
        QueueUrl,
        Entries: [
          { Id: "1", ReceiptHandle: a },
          { Id: "2", ReceiptHandle: "nonsense" },
          { Id: "3", ReceiptHandle: c },
        ],
      }),
    );
    // The first receipt is an old one by now: a success that deletes nothing.
    expect(deleted.Successful).toEqual([{ Id: "1" }, { Id: "3" }]);
    expect(deleted.Failed).toMatchObject([{ Id: "2", SenderFault: true, Code: "ReceiptHandleIsInvalid" }]);
    expect(await orders.counts()).toBe("1 wait, 1 in flight, 0 delayed");
  });
});

describe("receiving", () => {
  test("one message unless more are asked for, ten at most, the oldest first", async () => {
    for (let number = 0; number < 14; number++) await orders.send(String(number));
    expect(await orders.bodies({ MaxNumberOfMessages: 1 })).toEqual(["0"]);
    expect((await orders.receive()).map(({ Body }) => Body)).toEqual(["1"]);
    expect(await orders.bodies({ MaxNumberOfMessages: 10 })).toEqual([
      "2",
      "3",
      "4",
      "5",
      "6",
      "7",
      "8",
      "9",
      "10",
      "11",
    ]);
    expect(await orders.bodies()).toEqual(["12", "13"]);
    expect(await orders.receive()).toEqual([]);
  });

  test("parameters out of their limits are refused, in SQS's words", async () => {
    for (const [name, wrong, reason] of [
      ["MaxNumberOfMessages", [0, 11, -1], "Must be between 1 and 10, if provided."],
      ["WaitTimeSeconds", [-1, 21], "Must be >= 0 and <= 20, if provided."],
      ["VisibilityTimeout", [-1, 43_201], "Must be >= 0 and <= 43200, if provided."],
    ] as const) {
      for (const value of wrong) {
        const error = await refusal(sqs.receiveMessage({ QueueUrl, [name]: value }));
        expect([error.name, error.message]).toEqual([
          "InvalidParameterValue",
          `Value ${value} for parameter ${name} is invalid. Reason: ${reason}`,
        ]);
      }
    }
    expect(await refused(sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 1.5 }))).toBe("SerializationException");
    expect(await refused(sqs.receiveMessage({ QueueUrl: undefined }))).toBe("MissingParameter");
  });

  test("message attributes come when they are asked for: by name, by prefix, or all", async () => {
    const text = (StringValue: string) => ({ DataType: "String", StringValue });
    const sent = {
      order: text("4711"),
      "order.size": { DataType: "Number", StringValue: "3" },
      seal: { DataType: "Binary", BinaryValue: new Uint8Array([0, 255]) },
    };
    const { MD5OfMessageAttributes } = await orders.send("x", { MessageAttributes: sent });
    const asked = async (...MessageAttributeNames: string[]) => {
      const [message] = await orders.receive({ MessageAttributeNames, VisibilityTimeout: 0 });
      return message ?? expect.fail("no message");
    };
    expect(await asked()).not.toHaveProperty("MessageAttributes");
    expect((await asked("nothing")).MD5OfMessageAttributes).toBeUndefined();
    for (const all of ["All", ".*", "*"]) {
      const message = await asked(all);
      expect(message.MessageAttributes).toEqual(sent);
      expect(message.MD5OfMessageAttributes).toBe(MD5OfMessageAttributes);
    }
    expect(Object.keys((await asked("order.*")).MessageAttributes ?? {})).toEqual(["order", "order.size"]);
    const some = await asked("seal", "nothing");
    expect(some.MessageAttributes).toEqual({ seal: sent.seal });
    expect(some.MD5OfMessageAttributes).not.toBe(MD5OfMessageAttributes);
  });

  test("what SQS notes itself comes when it is asked for, by either name of the parameter", async () => {
    const sentAtMs = clock.dateMs;
    await orders.send("x");
    await clock.advance(1500);
    const firstAtMs = clock.dateMs;
    expect((await orders.receive({ VisibilityTimeout: 0 }))[0]).not.toHaveProperty("Attributes");
    await clock.advance(1500);
    const [message] = await orders.receive({ MessageSystemAttributeNames: ["All"], VisibilityTimeout: 0 });
    expect(message?.Attributes).toEqual({
      ApproximateFirstReceiveTimestamp: String(firstAtMs),
      ApproximateReceiveCount: "2",
      SenderId: "000000000000",
      SentTimestamp: String(sentAtMs),
    });
    const [again] = await orders.receive({ AttributeNames: ["ApproximateReceiveCount" as "All"] });
    expect(again?.Attributes).toEqual({ ApproximateReceiveCount: "3" });
    expect(await refused(sqs.receiveMessage({ QueueUrl, AttributeNames: ["Colour" as "All"] }))).toBe(
      "InvalidAttributeName",
    );
  });

  test("whatever a body and attributes are, they come back as they were", async () => {
    const body = '{"quote":"\\"","text":"ä€😀\\u0000"}\r\n\t</Body>&amp;';
    const MessageAttributes = { note: { DataType: "String", StringValue: "ä€😀\n" } };
    await orders.send(body, { MessageAttributes });
    expect(await orders.receive({ MessageAttributeNames: ["All"] })).toMatchObject([{ Body: body, MessageAttributes }]);
  });
});

describe("deleting", () => {
  test("a deleted message is gone for good", async () => {
    await orders.send("x");
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle: await orders.receiptOf() }));
    await clock.advance(60_000);
    expect(await orders.counts()).toBe("0 wait, 0 in flight, 0 delayed");
  });

  test("with an old receipt it succeeds, and deletes nothing", async () => {
    await orders.send("x");
    const old = await orders.receiptOf({ VisibilityTimeout: 5 });
    await clock.advance(6000);
    const recent = await orders.receiptOf();
    expect(recent).not.toBe(old);
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle: old }));
    expect(await orders.counts()).toBe("0 wait, 1 in flight, 0 delayed");
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle: recent }));
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle: recent }));
    expect(await orders.counts()).toBe("0 wait, 0 in flight, 0 delayed");
  });

  test("what was never a receipt of this queue is refused", async () => {
    await orders.send("x");
    const ReceiptHandle = await orders.receiptOf();
    const other = await created(sqs, "other");
    expect(await refused(sqs.deleteMessage({ QueueUrl: other, ReceiptHandle }))).toBe("ReceiptHandleIsInvalid");
    for (const nonsense of ["", "nonsense", "bnVsbA", NEVER_GIVEN_OUT]) {
      expect(await refusal(sqs.deleteMessage({ QueueUrl, ReceiptHandle: nonsense }))).toMatchObject({
        name: "ReceiptHandleIsInvalid",
        $metadata: { httpStatusCode: 404 },
      });
    }
  });

  test("a purge deletes what waits, is in flight or delayed, once a minute", async () => {
    for (const body of ["a", "b", "c"]) await orders.send(body);
    const ReceiptHandle = await orders.receiptOf();
    await orders.send("later", { DelaySeconds: 5 });
    await now(sqs.purgeQueue({ QueueUrl }));
    expect(await orders.counts()).toBe("0 wait, 0 in flight, 0 delayed");
    expect(clock.timers.count).toBe(0);
    await now(sqs.deleteMessage({ QueueUrl, ReceiptHandle }));

    await clock.advance(59_000);
    expect(await refusal(sqs.purgeQueue({ QueueUrl }))).toMatchObject({
      name: "PurgeQueueInProgress",
      message: "Only one PurgeQueue operation on orders is allowed every 60 seconds.",
      $metadata: { httpStatusCode: 403 },
    });
    await clock.advance(1000);
    await orders.send("after");
    await now(sqs.purgeQueue({ QueueUrl }));
    expect(await orders.receive()).toEqual([]);
  });
});
