// What task 06.1 asks for: a service that takes messages for a queue in SQS. Read in order, the names are
// its specification. Open are fields that the contract does not name, what an error's body says, whether several
// messages share a request to SQS, whether attributes that are null are none or a mistake, and a message whose size is
// over the limit only where the types of its attributes are counted.

import { type AddressInfo, createServer } from "node:net";
import { SQSClient } from "@aws-sdk/client-sqs";
import { describe, test } from "vitest";
import { VisibilityQueue } from "#solution/04-visibility-queue/visibility-queue.ts";
import { SqsEndpoint } from "../../scripts/sqs-endpoint/endpoint.ts";
import { listen } from "../../scripts/sqs-endpoint/listening.ts";
import { claim } from "../support/claims.ts";
import { loadedBy } from "../support/docs-page.ts";
import { lesson } from "../support/lesson.ts";
import { silentCall } from "../support/stage.ts";
import { show } from "../support/words.ts";
import { comesForReal, happensOverSockets } from "./over-sockets.ts";
import {
  ABOUT,
  type Asking,
  hasStatus,
  isAccepted,
  isRefused,
  jsonOf,
  Service,
  sameOf as same,
} from "./service-scene.ts";
import { inOneLine, SECRET, SERVER_ERROR, type Trouble } from "./trouble.ts";
import { CLIENT_CONFIG } from "./watched-sqs.ts";

const given = lesson(() => import("#lesson/06-message-service/message-service.ts"));

const open = () => Service.of(given);

const MOST_BYTES = 1_048_576;
const NOTHING_MORE = "x";
const attributesOf = (number: number) =>
  Object.fromEntries(Array.from({ length: number }, (_, index) => [`name${index}`, `value ${index}`]));

/** What no client may be shown. The message of an error of SQS is one of its own words. */
const INSIDES = "arn:aws:sqs:us-east-1:000000000000:orders of role Purser";
const FAULTS: Record<string, Trouble> = {
  "throttles (ThrottlingException)": { fails: { status: 400, code: "ThrottlingException", message: INSIDES } },
  "throttles (RequestThrottled)": { fails: { status: 400, code: "RequestThrottled", message: INSIDES } },
  "fails with a 503": { fails: { status: 503, code: "ServiceUnavailable", message: INSIDES } },
  "fails with a 500": { fails: { status: 500, code: "InternalError", message: INSIDES } },
  "denies access": { fails: { status: 403, code: "AccessDeniedException", message: INSIDES } },
  "does not know the queue": { fails: { status: 400, code: "QueueDoesNotExist", message: INSIDES } },
  "is not reached": { fails: "connection cut" },
  "breaks its answer off": { isCutShort: true },
};

describe("06.1", () => {
  test("a message is sent to the queue, and answered with 202 and the id that SQS gave it", async () => {
    const service = await open();
    const answer = await service.post({ body: "Resize photo 1207" }, "with a message");
    const id = isAccepted(answer);
    same(
      service.sqs.sends.map(({ input }) => input.QueueUrl),
      [service.sqs.queueUrl],
      `${answer.did}: the queues that messages were sent to`,
    );
    const queued = await service.queued();
    same(
      queued.map(({ body }) => body),
      ["Resize photo 1207"],
      `${answer.did}: the bodies in the queue`,
    );
    same(id, queued[0]?.id ?? "", `${answer.did}: the id in the answer, and the one in the queue`, {
      "makes-an-id-of-its-own": () => true,
    });
  });

  test("each of many messages gets its own id, also where they come in the same moment", async () => {
    const service = await open();
    const bodies = ["a", "b", "c", "d", "e"];
    const sent = bodies.map((body) =>
      service.send("POST", "/messages", { body: JSON.stringify({ body }), saying: `with ${body}` }),
    );
    const ids: string[] = [];
    for (const one of sent) ids.push(isAccepted(await service.answerTo(one)));
    const queued = await service.queued();
    const did = "POST /messages five times in the same moment";
    same(queued.map(({ body }) => body).sort(), bodies, `${did}: the bodies in the queue`);
    const expected = bodies.map((body) => queued.find((one) => one.body === body)?.id ?? "");
    same(ids, expected, `${did}: the ids in the answers, and those in the queue`, {
      "makes-an-id-of-its-own": () => true,
    });
  });

  test("the same body twice is two messages", async () => {
    const service = await open();
    const ids: string[] = [];
    let did = "";
    for (const saying of ["with a message", "with the same message again"]) {
      const answer = await service.post({ body: "Resize photo 1207" }, saying);
      ids.push(isAccepted(answer));
      did = answer.did;
    }
    const queued = (await service.queued()).map(({ id }) => id);
    same(queued.length, 2, `${did}: how many are in the queue`);
    same(ids, queued, `${did}: the ids in the answers, and those in the queue`, {
      "makes-an-id-of-its-own": () => true,
    });
  });

  test("it is answered only when SQS has the message", async () => {
    const service = await open();
    service.sqs.trouble = ({ operation }) => (operation.startsWith("Send") ? { latencyMs: 3000 } : {});
    const sent = service.send("POST", "/messages", { body: JSON.stringify({ body: "a" }), saying: "with a message" });
    await service.sqs.pass(1000);
    const did = `${sent.did}, and an SQS that takes 3 s`;
    claim(
      !sent.call.isSettled,
      `${did}: expected no answer before SQS has the message, but after a second there was one`,
      "answers-before-sqs-has-it",
      ABOUT,
    );
    isAccepted(await service.answerTo(sent));
  });

  test("attributes are sent as string message attributes, ten at most", async () => {
    for (const attributes of [
      { shop: "Lisbon", "Order.Number-7_b": "00017", weight: "grün ☂ 🚲\n\t" },
      attributesOf(10),
    ]) {
      const service = await open();
      const did = `with ${Object.keys(attributes).length} attributes`;
      const answer = await service.post({ body: "a", attributes }, did);
      isAccepted(answer);
      const [{ attributes: seen } = {}] = await service.queued();
      const expected = Object.entries(attributes).map(([name, value]) => [name, ["String", value]]);
      same<unknown>(
        seen,
        Object.fromEntries(expected),
        `${answer.did}: the message attributes in the queue, type and value`,
        {
          "drops-the-attributes": (one: unknown) => one !== undefined && Object.keys(Object(one)).length === 0,
        },
      );
    }
  });

  test("without attributes, or with none in them, none is sent", async () => {
    for (const [message, saying] of [
      [{ body: "a" }, "without attributes"],
      [{ body: "a", attributes: {} }, "with attributes {}"],
    ] as const) {
      const service = await open();
      const answer = await service.post(message, saying);
      isAccepted(answer);
      const queued = await service.queued();
      same<unknown>(
        queued.map(({ body, attributes }) => [body, attributes]),
        [["a", {}]],
        `${answer.did}: what is in the queue`,
      );
    }
  });

  test("a body is sent as it is: blanks, line breaks, digits, JSON, any script, symbols beyond U+FFFF", async () => {
    for (const body of [
      " ",
      "  a ",
      "0",
      "null",
      "a\tb\r\nc\n",
      '{"id":1}',
      "Größe — 値段 ﷼",
      "🚲🧯 𝄞",
      // One letter and its accent, and the same as one character.
      "e\u0301 \u00E9",
      "\u{7F}\u{85}\u{FFFD}\u{E000}\u{10FFFF}",
    ]) {
      const service = await open();
      const answer = await service.post({ body }, `with the body ${show(body)}`);
      isAccepted(answer, /[\u{10000}-\u{10FFFF}]/u.test(body) ? "refuses-what-lies-beyond-ffff" : undefined);
      same(
        (await service.queued()).map((one) => one.body),
        [body],
        `${answer.did}: the bodies in the queue`,
      );
    }
  });

  test("a message of exactly 1 MiB is fine, in whatever characters", async () => {
    for (const [body, saying] of [
      ["x".repeat(MOST_BYTES), "with a body of 1,048,576 letters x"],
      ["é".repeat(MOST_BYTES / 2), "with a body of 524,288 letters é, two bytes each"],
      ["🚲".repeat(MOST_BYTES / 4), "with a body of 262,144 bicycles, four bytes each"],
    ] as const) {
      const service = await open();
      const answer = await service.post({ body }, saying);
      isAccepted(answer);
      same(
        (await service.queued()).map((one) => one.body === body),
        [true],
        `${answer.did}: whether it is in the queue as it was`,
      );
    }
  });

  test("a message that has room for its attributes is fine", async () => {
    const service = await open();
    // 700 bytes are left for what else may be counted of ten attributes: names and types.
    const body = "x".repeat(MOST_BYTES - 10 * 1000 - 700);
    const attributes = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`name${index}`, "y".repeat(1000)]));
    const answer = await service.post(
      { body, attributes },
      "with ten attributes of 1,000 letters, and a body that fits beside them",
    );
    isAccepted(answer);
  });

  for (const [name, messages] of [
    ["that has no body, or an empty one", [{}, { body: "" }, { attributes: { shop: "Lisbon" } }]],
    [
      "whose body is no string",
      [{ body: 7 }, { body: null }, { body: ["a"] }, { body: { text: "a" } }, { body: true }],
    ],
    ["that is no object", ["a", 7, null, ["a"], [{ body: "a" }]]],
    [
      "whose attributes are no strings by name",
      [
        { body: "a", attributes: "shop" },
        { body: "a", attributes: 7 },
        { body: "a", attributes: ["Lisbon"] },
        { body: "a", attributes: { shop: 7 } },
        { body: "a", attributes: { shop: null } },
        { body: "a", attributes: { shop: { StringValue: "Lisbon" } } },
      ],
    ],
  ] as const) {
    test(`a message ${name} is answered with 422, and nothing is sent`, async () => {
      for (const message of messages) {
        const service = await open();
        const answer = await service.post(message, `with ${JSON.stringify(message)}`);
        const isEmpty = Object(message).body === "";
        isRefused(service, answer, isEmpty ? "lets-an-empty-body-pass" : undefined);
      }
    });
  }

  test("attributes that are null are none, or a mistake: 202 or 422", async () => {
    const service = await open();
    const answer = await service.post({ body: "a", attributes: null }, "with attributes null");
    if (answer.status === 202) isAccepted(answer);
    else isRefused(service, answer, undefined, [202, 422]);
  });

  test("more than 10 attributes are answered with 422, and nothing is sent", async () => {
    for (const number of [11, 40]) {
      const service = await open();
      const answer = await service.post({ body: "a", attributes: attributesOf(number) }, `with ${number} attributes`);
      isRefused(service, answer, "takes-any-number-of-attributes");
    }
  });

  test("a body over 1 MiB in UTF-8 is answered with 422, and nothing is sent", async () => {
    for (const [body, saying, misconception] of [
      ["x".repeat(MOST_BYTES + 1), "with a body of 1,048,577 letters x", undefined],
      [
        "é".repeat(MOST_BYTES / 2) + NOTHING_MORE,
        "with a body of 524,288 letters é and one x, 1,048,577 bytes",
        "counts-characters",
      ],
      ["値".repeat(349_526), "with a body of 349,526 characters 値, 1,048,578 bytes", "counts-characters"],
      ["🚲".repeat(262_145), "with a body of 262,145 bicycles, 1,048,580 bytes", "counts-characters"],
      ["x".repeat(3 * MOST_BYTES), "with a body of 3 MiB", undefined],
    ] as const) {
      const service = await open();
      isRefused(service, await service.post({ body }, saying), misconception);
    }
  });

  test("attributes count towards the 1 MiB, with their names", async () => {
    // Nobody counts less than the names, 2,000 bytes, or more than them, the values and a word for each type.
    const longNames = Object.fromEntries(Array.from({ length: 10 }, (_, index) => [`${index}`.padEnd(200, "n"), "y"]));
    for (const [body, attributes, saying] of [
      [
        "x".repeat(MOST_BYTES - 1000),
        { note: "y".repeat(2000) },
        "with a body of 1,047,576 bytes and an attribute of 2,000",
      ],
      [
        "x".repeat(MOST_BYTES - 1500),
        { note: "é".repeat(1000) },
        "with a body of 1,047,076 bytes and an attribute of 2,000, in 1,000 letters",
      ],
      ["a", { note: "y".repeat(MOST_BYTES) }, "with a body of one byte and an attribute of 1 MiB"],
      [
        "x".repeat(MOST_BYTES - 1000),
        longNames,
        "with a body of 1,047,576 bytes, and ten attributes of one letter with names of 200",
      ],
    ] as const) {
      const service = await open();
      const answer = await service.post({ body, attributes }, saying);
      const isCounted = attributes === longNames || Object(attributes).note.startsWith("é");
      isRefused(service, answer, isCounted ? undefined : "leaves-attributes-out-of-the-size");
    }
  });

  test("characters that SQS refuses are answered with 422, in the body and in an attribute, and nothing is sent", async () => {
    for (const code of [0x00, 0x01, 0x08, 0x0b, 0x0c, 0x0e, 0x1f, 0xfffe, 0xffff]) {
      const character = String.fromCharCode(code);
      const shown = `U+${code.toString(16).toUpperCase().padStart(4, "0")}`;
      for (const [message, where] of [
        [{ body: `a${character}b` }, "body"],
        [{ body: "a", attributes: { note: `a${character}` } }, "value of an attribute"],
      ] as const) {
        const service = await open();
        const answer = await service.post(message, `with ${shown} in the ${where}`);
        isRefused(service, answer, "lets-any-character-pass");
      }
    }
  });

  test("half of a surrogate pair is no character: it is answered with 422, and nothing is sent", async () => {
    for (const [text, saying] of [
      ['{"body":"a\\ud83d"}', "with the first half of a surrogate pair in the body"],
      ['{"body":"\\udeb2 a"}', "with the second half of a surrogate pair in the body"],
    ] as const) {
      const service = await open();
      const answer = await service.ask("POST", "/messages", { body: text, saying });
      isRefused(service, answer, "lets-any-character-pass");
    }
  });

  test("characters that SQS refuses in the name of an attribute are answered with 422, and nothing is sent", async () => {
    for (const name of ["shop name", "größe", "a/b", "a:b", "shop\n", "🚲"]) {
      const service = await open();
      const answer = await service.post(
        { body: "a", attributes: { [name]: "Lisbon" } },
        `with an attribute named ${show(name)}`,
      );
      isRefused(service, answer, "lets-any-name-pass");
    }
  });

  test("a body that is no JSON, and no body at all, are answered with 422, and nothing is sent", async () => {
    for (const body of ["{oops", '{"body":"a"', "a message", "", undefined]) {
      const service = await open();
      const saying = body === undefined ? "without a body" : `with the text ${show(body)}`;
      const answer = await service.ask("POST", "/messages", { body, saying });
      isRefused(service, answer, "forgets-bad-json", body === undefined ? [422, 415] : [422]);
    }
  });

  test("another Content-Type does not get a message past the checks", async () => {
    for (const type of ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded", null]) {
      for (const body of ['{"body":7}', '["a"]']) {
        const service = await open();
        const told = type === null ? "without a Content-Type" : `with Content-Type: ${type}`;
        const asking: Asking = { body, type, saying: `${told} and ${show(body)}` };
        isRefused(service, await service.ask("POST", "/messages", asking), "unchecked-by-content-type", [422, 415]);
      }
    }
  });

  for (const [what, trouble] of Object.entries(FAULTS)) {
    test(`SQS ${what}: the answer is 503, shows nothing of the insides, and the service goes on`, async () => {
      const service = await open();
      service.sqs.trouble = () => trouble;
      const answer = await service.post({ body: "Resize photo 1207" }, `while SQS ${what}`);
      hasStatus(answer, 503, tellOfStatus(answer.status));
      for (const [where, text] of [
        ["", answer.text],
        ...answer.headers.map((value) => [" in a header", decoded(value)] as const),
      ] as const) {
        const inside = insidesIn(text, service.sqs.queueUrl);
        claim(
          inside === undefined,
          `${answer.did}: expected an answer that shows no internals, it shows ${show(inside)}${where}`,
          "shows-the-insides",
          ABOUT,
        );
      }
      service.sqs.trouble = () => ({});
      isAccepted(await service.post({ body: "b" }, "when SQS works again"));
    });
  }

  test("each message of a batch that SQS refuses is answered with 503", async () => {
    const service = await open();
    // For services that send several messages with one request. The others have it refused as it is.
    service.sqs.trouble = ({ operation }) =>
      operation === "SendMessageBatch" ? { failedEntries: (body) => body === "b" } : {};
    const sent = ["a", "b", "c"].map((body) =>
      service.send("POST", "/messages", { body: JSON.stringify({ body }), saying: `with ${body}` }),
    );
    const statuses: number[] = [];
    for (const one of sent) statuses.push((await service.answerTo(one)).status);
    const isBatch = service.sqs.of("SendMessageBatch").length > 0;
    const did = "POST /messages three times in the same moment, where SQS refuses the second entry of a batch";
    same(statuses, isBatch ? [202, 503, 202] : [202, 202, 202], `${did}: the answers`);
  });

  test("`GET /health` is answered with { status: ok }", async () => {
    const service = await open();
    const answer = await service.ask("GET", "/health");
    hasStatus(answer, 200);
    same(jsonOf(answer).status, "ok", `${answer.did}: the field status`);
  });

  test("`GET /health` is about the service: it says the same after SQS has failed, and sends nothing", async () => {
    const service = await open();
    service.sqs.trouble = () => ({ fails: SERVER_ERROR });
    await service.post({ body: "Resize photo 1207" }, "while SQS fails");
    const before = service.sqs.sends.length;
    const answer = await service.ask("GET", "/health", { saying: "after SQS has failed" });
    hasStatus(answer, 200);
    same(jsonOf(answer).status, "ok", `${answer.did}: the field status`);
    same(service.sqs.sends.length - before, 0, `${answer.did}: messages that it sent`);
  });

  for (const [path, method] of [
    ["/messages", "post"],
    ["/health", "get"],
  ] as const) {
    test(`\`GET /openapi.json\` describes ${path} with its method: ${method}`, async () => {
      const service = await open();
      const answer = await service.ask("GET", "/openapi.json");
      hasStatus(answer, 200);
      const paths = Object((jsonOf(answer) as { paths?: unknown }).paths) as Record<string, unknown>;
      const described = Object.keys(paths).join(", ") || "none";
      const isThere = typeof Object(paths[path])[method] === "object";
      claim(
        isThere,
        `${answer.did}: expected ${path} with ${method} among its paths, got ${described}`,
        "leaves-out-of-the-description",
        ABOUT,
      );
    });
  }

  test("`GET /docs` is a page that shows the description, and all that it loads from the service is there", async () => {
    const service = await open();
    const page = await service.ask("GET", "/docs");
    hasStatus(page, 200);
    const isHtml = /^text\/html\s*(;|$)/i.test(page.type);
    claim(isHtml, `${page.did}: expected a Content-Type of text/html, got ${page.type || "none"}`, undefined, ABOUT);
    const texts = [page.text];
    for (const path of loadedBy(page.text)) {
      const asset = await service.ask("GET", path, { saying: "which /docs loads" });
      hasStatus(asset, 200);
      texts.push(asset.text);
    }
    const shows = texts.some((text) => text.includes("openapi.json") || text.includes("/messages"));
    claim(
      shows,
      `${page.did}: expected a page that shows the description, but neither it nor a script of its own names /openapi.json`,
      undefined,
      ABOUT,
    );
  });

  test("with the SDK's own connections, to an endpoint on a socket: a message arrives, and a queue out of reach is a 503", async () => {
    const endpoint = new SqsEndpoint({ engine: VisibilityQueue });
    const listening = await comesForReal("the endpoint's own beginning", listen(endpoint, { port: 0 }));
    const client = new SQSClient({ ...CLIENT_CONFIG, endpoint: listening.url, maxAttempts: 1 });
    const nobody = new SQSClient({
      ...CLIENT_CONFIG,
      endpoint: `http://127.0.0.1:${await freePort()}`,
      maxAttempts: 1,
    });
    try {
      const { QueueUrl: queueUrl = "" } = (await endpoint.answer("CreateQueue", { QueueName: "orders" })) as {
        QueueUrl?: string;
      };
      for (const [sqs, status] of [
        [client, 202],
        [nobody, 503],
      ] as const) {
        const app = given.createMessageService({ sqs, queueUrl });
        const request = new Request("http://localhost:8000/messages", {
          method: "POST",
          headers: { "Content-Type": "application/json" },
          body: JSON.stringify({ body: "Resize photo 1207", attributes: { shop: "Lisbon" } }),
        });
        const call = silentCall(ABOUT, () => app.fetch(request));
        await happensOverSockets("the answer to POST /messages, over a socket to SQS,", () => call.isSettled, ABOUT);
        const where = sqs === client ? "and SQS on a socket" : "and nobody at the address of SQS";
        const did = `POST /messages with a message, ${where}`;
        const seen = call.state === "rejected" ? `fetch rejected with ${inOneLine(call.reason)}` : call.value?.status;
        same<unknown>(seen, status, `${did}: the status of the answer`, {
          "another-status-for-an-outage": (one: unknown) => status === 503 && Number(one) >= 400,
        });
        const text = await comesForReal("the body of the answer", call.value?.text() ?? Promise.resolve(""));
        const inside = insidesIn(text, queueUrl) ?? /ECONNREFUSED|127\.0\.0\.1/.exec(text)?.[0];
        claim(
          inside === undefined,
          `${did}: expected an answer that shows no internals, it shows ${show(inside)}`,
          "shows-the-insides",
          ABOUT,
        );
      }
      const { Messages } = (await endpoint.answer("ReceiveMessage", { QueueUrl: queueUrl })) as {
        Messages?: { Body?: string }[];
      };
      same(
        Messages?.map(({ Body = "" }) => Body),
        ["Resize photo 1207"],
        "POST /messages with a message, and SQS on a socket: the bodies in the queue",
      );
    } finally {
      client.destroy();
      nobody.destroy();
      endpoint.close();
      await comesForReal("the endpoint's own end", listening.close());
    }
  });
});

/** What of the insides a text shows: of an error's words, of the queue, or of a stack. */
function insidesIn(text: string, queueUrl: string): string | undefined {
  const told = [INSIDES, SECRET, queueUrl, CLIENT_CONFIG.endpoint, CLIENT_CONFIG.credentials.accessKeyId];
  return told.find((one) => text.includes(one)) ?? /\n\s+at .+|node_modules|\.m?[tj]s:\d+/.exec(text)?.[0]?.trim();
}

/** A header's value may be written as in an address. */
function decoded(value: string): string {
  try {
    return decodeURIComponent(value);
  } catch {
    return value;
  }
}

function tellOfStatus(status: number): string | undefined {
  if (status === 202) return "answers-before-sqs-has-it";
  return status >= 400 ? "another-status-for-an-outage" : undefined;
}

/** A port that nobody listens on. */
async function freePort(): Promise<number> {
  const server = createServer();
  await comesForReal("a free port", new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve)));
  const { port } = server.address() as AddressInfo;
  await comesForReal("a free port", new Promise<void>((resolve) => void server.close(() => resolve())));
  return port;
}
