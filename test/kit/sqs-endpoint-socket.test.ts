// The SQS endpoint on a real socket: the SDK over HTTP, and everybody else who may come by.

import { once } from "node:events";
import { request } from "node:http";
import { SQS } from "@aws-sdk/client-sqs";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { clientSettings } from "../../scripts/sqs-endpoint/in-process.ts";
import { listen } from "../../scripts/sqs-endpoint/listening.ts";
import { VisibilityQueue } from "../../solutions/04-visibility-queue/visibility-queue.ts";

// A process's first client warns of Node 20 otherwise.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** Tells when a receive begins to wait, and with which signal. */
class Watched extends VisibilityQueue {
  static onWait: (signal: AbortSignal) => void = () => {};

  override receive(options: { timeoutMs?: number; signal?: AbortSignal } = {}) {
    const receiving = super.receive(options);
    if (options.signal && options.timeoutMs) Watched.onWait(options.signal);
    return receiving;
  }
}

let endpoint: SqsEndpoint;
let listening: Awaited<ReturnType<typeof listen>>;
let sqs: SQS;
let QueueUrl: string;

beforeEach(async () => {
  endpoint = new SqsEndpoint({ engine: Watched });
  listening = await listen(endpoint, { port: 0 });
  const { requestHandler: _inProcess, ...settings } = clientSettings(endpoint);
  sqs = new SQS(settings);
  QueueUrl = (await sqs.createQueue({ QueueName: "orders" })).QueueUrl ?? expect.fail("no URL");
});

afterEach(async () => {
  sqs.destroy();
  endpoint.close();
  await listening.close();
});

interface Post {
  operation?: string;
  body?: string | Uint8Array;
  headers?: Record<string, string>;
  method?: string;
  path?: string;
}

/** A request as no SDK would make it. */
async function post({ operation, body = "{}", headers = {}, method = "POST", path = "/" }: Post) {
  const asked = request(`${listening.url}${path}`, {
    method,
    headers: {
      "content-type": "application/x-amz-json-1.0",
      ...(operation !== undefined && { "x-amz-target": `AmazonSQS.${operation}` }),
      ...headers,
    },
  });
  asked.end(method === "GET" ? undefined : body);
  const [response] = await once(asked, "response");
  let text = "";
  for await (const chunk of response) text += chunk;
  return { status: response.statusCode as number, headers: response.headers as Record<string, string>, text };
}

/** Status and code of an error, which must have SQS's form. */
async function refused(what: Post): Promise<[number, string]> {
  const { status, headers, text } = await post(what);
  const { __type, message, ...rest } = JSON.parse(text);
  const [namespace, code] = __type.split("#");
  expect([namespace, rest]).toEqual(["com.amazonaws.sqs", {}]);
  expect(message).toMatch(/^[A-Z].+/);
  expect(headers["x-amzn-query-error"]).toMatch(status < 500 ? /^[\w.]+;Sender$/ : /^[\w.]+;Receiver$/);
  expect(headers["x-amzn-requestid"]).toMatch(/^[0-9a-f-]{36}$/);
  return [status, code];
}

const waits = () =>
  new Promise<AbortSignal>((resolve) => {
    Watched.onWait = resolve;
  });

describe("the SDK over HTTP", () => {
  test("sends, receives, changes and deletes", async () => {
    expect(QueueUrl).toBe(`${listening.url}/000000000000/orders`);
    const note = { DataType: "String", StringValue: "ä😀" };
    const seal = { DataType: "Binary", BinaryValue: new Uint8Array([0, 255, 10]) };
    const sent = await sqs.sendMessage({ QueueUrl, MessageBody: "2 posters", MessageAttributes: { note, seal } });
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MessageAttributeNames: ["All"] });
    expect(Messages).toMatchObject([
      { MessageId: sent.MessageId, Body: "2 posters", MessageAttributes: { note, seal } },
    ]);
    const ReceiptHandle = Messages[0]?.ReceiptHandle;
    await sqs.changeMessageVisibility({ QueueUrl, ReceiptHandle, VisibilityTimeout: 60 });
    await sqs.deleteMessage({ QueueUrl, ReceiptHandle });
    const { Attributes } = await sqs.getQueueAttributes({ QueueUrl, AttributeNames: ["All"] });
    expect(Attributes).toMatchObject({ ApproximateNumberOfMessages: "0", ApproximateNumberOfMessagesNotVisible: "0" });
  });

  test("finds a queue under either name of this machine", async () => {
    const port = new URL(listening.url).port;
    await sqs.sendMessage({ QueueUrl: `http://localhost:${port}/000000000000/orders`, MessageBody: "x" });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toHaveLength(1);
  });

  test("a message wakes a long poll", async () => {
    const waiting = waits();
    const poll = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 });
    await waiting;
    await sqs.sendMessage({ QueueUrl, MessageBody: "woken" });
    expect((await poll).Messages).toMatchObject([{ Body: "woken" }]);
  });

  test("the largest batch that SQS takes arrives, though JSON makes twice as much of it", async () => {
    const MessageBody = '"'.repeat(104_857);
    const Entries = Array.from({ length: 10 }, (_, number) => ({ Id: `id-${number}`, MessageBody }));
    expect((await sqs.sendMessageBatch({ QueueUrl, Entries })).Successful).toHaveLength(10);
    const { Messages = [] } = await sqs.receiveMessage({ QueueUrl, MaxNumberOfMessages: 10 });
    expect(Messages.every(({ Body }) => Body === MessageBody)).toBe(true);
  });

  test("an error is of the SDK's own class", async () => {
    const error = await sqs.receiveMessage({ QueueUrl: `${QueueUrl}-gone` }).catch((error) => error);
    expect(error).toMatchObject({
      name: "QueueDoesNotExist",
      Code: "AWS.SimpleQueueService.NonExistentQueue",
      $metadata: { httpStatusCode: 400 },
    });
  });
});

describe("clients that go away", () => {
  test("a connection that is cut in a long poll leaves no waiter behind", async () => {
    const waiting = waits();
    const asked = request(listening.url, { method: "POST", headers: { "x-amz-target": "AmazonSQS.ReceiveMessage" } });
    asked.on("error", () => {});
    asked.end(JSON.stringify({ QueueUrl, WaitTimeSeconds: 20 }));
    const signal = await waiting;
    asked.destroy();
    if (!signal.aborted) await once(signal as never, "abort");
    await sqs.sendMessage({ QueueUrl, MessageBody: "for the next" });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toMatchObject([{ Body: "for the next" }]);
  });

  test("so does an abort of the SDK", async () => {
    const waiting = waits();
    const controller = new AbortController();
    const poll = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }, { abortSignal: controller.signal });
    const signal = await waiting;
    controller.abort();
    await expect(poll).rejects.toMatchObject({ name: "AbortError" });
    if (!signal.aborted) await once(signal as never, "abort");
    await sqs.sendMessage({ QueueUrl, MessageBody: "for the next" });
    expect((await sqs.receiveMessage({ QueueUrl })).Messages).toMatchObject([{ Body: "for the next" }]);
  });

  test("a body that breaks off does no harm", async () => {
    const asked = request(listening.url, {
      method: "POST",
      headers: { "x-amz-target": "AmazonSQS.SendMessage", "content-length": "1000" },
    });
    asked.on("error", () => {});
    asked.write('{"QueueUrl":');
    const [socket] = await once(asked, "socket");
    await once(socket, "connect");
    const closed = new Promise((resolve) => asked.once("close", resolve));
    asked.destroy();
    await closed;
    expect((await post({ method: "GET", path: "/health" })).text).toBe('{"status":"ok"}');
  });

  test("a server that closes cuts off those who wait", async () => {
    const waiting = waits();
    const poll = sqs.receiveMessage({ QueueUrl, WaitTimeSeconds: 20 }).catch((error) => error);
    await waiting;
    await listening.close();
    expect(await poll).toBeInstanceOf(Error);
  });
});

describe("everybody else", () => {
  test("health is there for those who look for an endpoint", async () => {
    expect(await post({ method: "GET", path: "/health" })).toMatchObject({ status: 200, text: '{"status":"ok"}' });
  });

  test("a foreign Host is refused, whatever it asks for: DNS rebinding", async () => {
    const port = new URL(listening.url).port;
    for (const host of ["orders.example", `orders.example:${port}`, `127.0.0.1.orders.example:${port}`, "0.0.0.0"]) {
      expect(await refused({ operation: "ListQueues", headers: { host } })).toEqual([403, "AccessDeniedException"]);
      expect((await post({ method: "GET", path: "/health", headers: { host } })).status).toBe(403);
    }
    for (const host of [`localhost:${port}`, `LOCALHOST:${port}`, "127.0.0.1"]) {
      expect((await post({ operation: "ListQueues", headers: { host } })).status).toBe(200);
    }
  });

  test("it listens on this machine only, and on one port once", async () => {
    expect(new URL(listening.url).hostname).toBe("127.0.0.1");
    const port = Number(new URL(listening.url).port);
    await expect(listen(new SqsEndpoint({ engine: VisibilityQueue }), { port })).rejects.toMatchObject({
      code: "EADDRINUSE",
    });
  });

  test("what is no operation of SQS is said to be none", async () => {
    for (const operation of ["", "Constructor", "constructor", "__proto__", "TagQueue"]) {
      expect(await refused({ operation })).toEqual([400, "UnknownOperationException"]);
    }
    expect(await refused({ headers: { "x-amz-target": "DynamoDB_20120810.ListTables" } })).toEqual([
      400,
      "UnknownOperationException",
    ]);
    expect(await refused({})).toEqual([400, "UnknownOperationException"]);
    expect(await refused({ operation: "ListQueues", path: "/000000000000/orders" })).toEqual([
      400,
      "UnknownOperationException",
    ]);
    expect(await refused({ method: "PUT", operation: "ListQueues" })).toEqual([400, "UnknownOperationException"]);
  });

  test("a body that is no JSON, or JSON of another form, is told what is wrong", async () => {
    for (const body of ["", "{", "nonsense", "[]", "null", "5", '"x"']) {
      expect(await refused({ operation: "SendMessage", body })).toEqual([400, "SerializationException"]);
    }
    const [before, after] = JSON.stringify({ QueueUrl, MessageBody: "|" }).split("|");
    const notUtf8 = Buffer.concat([Buffer.from(before ?? ""), Buffer.from([0xff]), Buffer.from(after ?? "")]);
    expect(await refused({ operation: "SendMessage", body: notUtf8 })).toEqual([400, "SerializationException"]);
    const proto = `{"QueueUrl":"${QueueUrl}","MessageBody":"x","MessageAttributes":{"__proto__":{"DataType":"String","StringValue":"x"}}}`;
    expect(await refused({ operation: "SendMessage", body: proto })).toEqual([400, "SerializationException"]);
    for (const [parameters, code] of [
      [{}, "MissingParameter"],
      [{ QueueUrl: 5 }, "SerializationException"],
      [{ QueueUrl, MessageBody: {} }, "SerializationException"],
      [{ QueueUrl, MessageBody: "x", DelaySeconds: "5" }, "SerializationException"],
      [{ QueueUrl, MessageBody: "x", MessageAttributes: [] }, "SerializationException"],
      [{ QueueUrl, MessageBody: "x", MessageAttributes: { a: "b" } }, "SerializationException"],
    ] as const) {
      expect(await refused({ operation: "SendMessage", body: JSON.stringify(parameters) })).toEqual([400, code]);
    }
    for (const Entries of [{}, "x", [null], ["x"], [{ Id: 5 }]]) {
      const body = JSON.stringify({ QueueUrl, Entries });
      expect(await refused({ operation: "SendMessageBatch", body })).toEqual([400, "SerializationException"]);
    }
    expect(
      await refused({ operation: "DeleteMessageBatch", body: JSON.stringify({ QueueUrl, Entries: [{}] }) }),
    ).toEqual([400, "MissingParameter"]);
  });

  test("a body that is far too long is not kept", async () => {
    const body = "x".repeat(4 * 1_048_576);
    expect(await refused({ operation: "SendMessage", body })).toEqual([413, "RequestEntityTooLarge"]);
    expect((await post({ operation: "ListQueues" })).status).toBe(200);
  });

  test("a mistake of the endpoint says that it is one, and no more", async () => {
    endpoint.answer = () => Promise.reject(new Error("at /home/ada/orders.ts:4711"));
    const { status, text } = await post({ operation: "ListQueues" });
    expect(status).toBe(500);
    expect(JSON.parse(text)).toEqual({
      __type: "com.amazonaws.sqs#InternalError",
      message: "The endpoint made a mistake.",
    });
  });
});
