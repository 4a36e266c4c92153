// What task 06.2 asks for: a processor that fetches what it can work on. Read in order, the names are its
// specification. Open is whether one receive or several are under way, as long as all of them together ask for no
// more than there are free workers; whether a receive goes on or is asked anew when a worker becomes free
// meanwhile; what else a request asks for; and in which order handlers begin.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { call, happens } from "../support/stage.ts";
import { clock } from "../support/virtual-time/install.ts";
import { show } from "../support/words.ts";
import { ABOUT, messages, PROMPTLY_MS, Processing, RUN, type Scene } from "./processor-scene.ts";
import { inOneLine } from "./trouble.ts";
import { WatchedSqs } from "./watched-sqs.ts";

const given = lesson(() => import("#lesson/06-message-service/queue-processor.ts"));

const start = (bodies: string[], scene?: Scene) => Processing.of(given, bodies, scene);

describe("06.2", () => {
  test("the handler is called once for each message, with the message as SQS delivered it", async () => {
    const bodies = messages(25);
    const did = `${RUN} with ${bodies.length} messages in the queue`;
    const processing = await start(bodies);
    await processing.within(
      10_000,
      () => processing.done.length >= bodies.length,
      () => `${did}: expected all of them to be handled within 10 s, but ${processing.done.length} were`,
    );
    await processing.pass(5000);
    same(
      [...processing.begun].sort(),
      [...bodies].sort(),
      `${did}: the bodies of the messages that the handler was called with`,
      {},
      ABOUT,
    );
    const bare = processing.handlings.filter(({ message }) => !message.MessageId || !message.ReceiptHandle);
    same(bare.length, 0, `${did}: handler calls whose message has no MessageId or no ReceiptHandle`, {}, ABOUT);
  });

  for (const [maxWorkers, least, most] of [
    [undefined, 10, 10],
    [4, 4, 4],
    [1, 1, 1],
    [25, 10, 25],
  ] as const) {
    const workers = maxWorkers === undefined ? "without maxWorkers" : `with maxWorkers: ${maxWorkers}`;
    const expected = least === most ? `${least}` : `${least} to ${most}`;
    test(`${workers}, it first asks for ${expected}, never for more than 10 at once`, async () => {
      const processing = await start([], { maxWorkers });
      await processing.pass(1000);
      const did = `${RUN} ${workers}, while the queue is empty`;
      processing.assertGoesOn(did);
      const sizes = processing.sqs.receives.map(({ input }) => input.MaxNumberOfMessages ?? 1);
      const tooLarge = sizes.filter((size) => size > 10);
      same(tooLarge, [], `${did}: the sizes above 10 that were asked for`, {}, ABOUT);
      processing.neverAskedTooMuch(did);
      const asked = processing.askedFor;
      claim(
        asked >= least && asked <= most,
        `${did}: expected it to ask for ${expected} of them at once, it asks for ${asked}`,
        asked === 1 ? "asks-for-one-at-a-time" : undefined,
        ABOUT,
      );
    });
  }

  test("while some workers are busy, it asks for as many as are free", async () => {
    const takesMs: Record<string, number> = { slow: 300_000, a: 100, b: 200, c: 300 };
    const processing = await start(["slow", "a", "b", "c"], {
      maxWorkers: 4,
      jobOf: (body) => ({ takesMs: takesMs[body] ?? 0 }),
    });
    await processing.pass(30_000);
    const did = `${RUN} with maxWorkers: 4, one of them busy for minutes, and an empty queue`;
    processing.neverAskedTooMuch(did);
    const asked = processing.askedFor;
    claim(
      asked === 3,
      `${did}: expected it to ask for 3 messages, it asks for ${asked}`,
      asked === 1 ? "asks-for-one-at-a-time" : asked === 0 ? "waits-for-the-whole-batch" : undefined,
      ABOUT,
    );
  });

  test("while no worker is free, it asks for nothing", async () => {
    const processing = await start(messages(12), { maxWorkers: 5, jobOf: () => ({ takesMs: 60_000 }) });
    await processing.pass(5000);
    const did = `${RUN} with maxWorkers: 5 and 12 messages that take a minute each`;
    processing.neverAskedTooMuch(did);
    same(processing.running.length, 5, `${did}: how many handlers run after 5 s`, {}, ABOUT);
    same(processing.sqs.polls.length, 0, `${did}: receives that are under way while all are busy`, {}, ABOUT);
  });

  test("it never asks for more messages than there are free workers, whatever is slow and whatever is fast", async () => {
    const bodies = messages(60);
    const processing = await start(bodies, {
      maxWorkers: 7,
      jobOf: (body) => ({ takesMs: [15, 400, 90, 3000, 35, 1100][Number(body.slice(1)) % 6] ?? 0 }),
      trouble: ({ operation, number }) =>
        operation === "ReceiveMessage" ? { most: [4, 1, 10, 2][number % 4] ?? 1 } : {},
    });
    const did = `${RUN} with maxWorkers: 7 and ${bodies.length} messages that take 15 ms to 3 s each`;
    await processing.within(
      60_000,
      () => processing.done.length >= bodies.length,
      () => `${did}: expected all of them to be handled within a minute, but ${processing.done.length} were`,
    );
    processing.neverAskedTooMuch(did);
    claim(
      processing.mostRunning <= 7,
      `${did}: ${processing.mostRunning} handlers ran at the same time`,
      undefined,
      ABOUT,
    );
  });

  test("more than ten workers all become busy", async () => {
    const processing = await start(messages(40), { maxWorkers: 25, jobOf: () => ({ takesMs: 30_000 }) });
    const did = `${RUN} with maxWorkers: 25 and 40 messages that take 30 s each`;
    await processing.within(
      2000,
      () => processing.running.length >= 25,
      () => `${did}: expected 25 handlers to run after 2 s, but ${processing.running.length} do`,
      "waits-for-the-whole-batch",
    );
    processing.neverAskedTooMuch(did);
    same(processing.mostRunning, 25, `${did}: the most handlers that ran at the same time`, {}, ABOUT);
  });

  test("one slow message holds up no other", async () => {
    const bodies = ["slow", ...messages(99)];
    const processing = await start(bodies, { jobOf: (body) => ({ takesMs: body === "slow" ? 60_000 : 50 }) });
    const did = `${RUN} with a message that takes a minute and 99 that take 50 ms`;
    await processing.within(
      20_000,
      () => processing.done.length >= 99,
      () =>
        `${did}: expected the 99 to be done within 20 s, while the slow one runs, but ${processing.done.length} are`,
      "waits-for-the-whole-batch",
    );
  });

  test("a receive that brings fewer than asked for does not keep the other workers idle", async () => {
    const processing = await start(messages(12), {
      jobOf: () => ({ takesMs: 60_000 }),
      trouble: ({ operation }) => (operation === "ReceiveMessage" ? { most: 3 } : {}),
    });
    const did = `${RUN} with 12 messages that take a minute each, and receives that bring 3 at most`;
    await processing.within(
      2000,
      () => processing.running.length >= 10,
      () => `${did}: expected 10 handlers to run after 2 s, but ${processing.running.length} do`,
      "waits-for-the-whole-batch",
    );
  });

  test("messages that come later begin at once where workers are free, and else as soon as one is", async () => {
    const takesMs: Record<string, number> = { slow: 300_000, b: 4000, c: 2000 };
    const processing = await start(["slow"], { maxWorkers: 3, jobOf: (body) => ({ takesMs: takesMs[body] ?? 100 }) });
    const begins = async (body: string, did: string) => {
      const sinceMs = clock.nowMs;
      await processing.within(
        PROMPTLY_MS,
        () => processing.begun.includes(body),
        () =>
          `${did}: expected the handler of ${body} to begin within ${PROMPTLY_MS} ms, but after ${clock.nowMs - sinceMs} ms it has not`,
        "waits-for-the-whole-batch",
      );
    };
    await processing.pass(5000);
    await processing.sqs.gets("b");
    await begins("b", `${RUN} with maxWorkers: 3, one of them busy, and a message that comes at 5 s`);
    await processing.pass(1000);
    await processing.sqs.gets("c");
    await begins("c", `${RUN} with maxWorkers: 3, two of them busy, and a message that comes at 6 s`);
    await processing.sqs.gets("d");
    await processing.pass(500);
    const did = `${RUN} with maxWorkers: 3`;
    same(
      processing.begun.includes("d"),
      false,
      `${did}, all of them busy: whether the handler of a fourth message has begun`,
      {},
      ABOUT,
    );
    await happens("the end of the handler of c", () => processing.done.includes("c"), { about: ABOUT });
    await begins("d", `${did}, all of them busy, and a message that waits until one is free`);
  });

  test("workers that become free during a long poll take the messages that end it, and all that wait behind", async () => {
    const processing = await start(["slow", ...messages(9)], {
      jobOf: (body) => ({ takesMs: body === "slow" ? 300_000 : 1000 + 100 * Number(body.slice(1)) }),
    });
    await processing.pass(6000);
    await processing.sqs.gets(...messages(9, "late"));
    const begun = () => processing.begun.filter((body) => body.startsWith("late")).length;
    const did = `${RUN} with nine workers that became free one after the other, and then nine messages at once`;
    await processing.within(
      PROMPTLY_MS,
      () => begun() === 9,
      () => `${did}: expected all nine handlers to begin within ${PROMPTLY_MS} ms, but ${begun()} have`,
      "waits-for-the-whole-batch",
    );
  });

  for (const [waitTimeSeconds, expected] of [
    [undefined, 20],
    [7, 7],
    [0, 0],
  ] as const) {
    const told = waitTimeSeconds === undefined ? "without waitTimeSeconds" : `with waitTimeSeconds: ${waitTimeSeconds}`;
    test(`${told}, a receive waits up to ${expected} s for messages`, async () => {
      const processing = await start([], { waitTimeSeconds });
      await processing.pass(100);
      const did = `${RUN} ${told}: the WaitTimeSeconds of its receive`;
      processing.assertGoesOn(`${RUN} ${told}`);
      same(
        processing.sqs.receives[0]?.input.WaitTimeSeconds ?? 0,
        expected,
        did,
        {
          "polls-without-waiting": (seen) => expected !== 0 && seen === 0,
          "zero-means-the-default": (seen) => expected === 0 && seen === 20,
        },
        ABOUT,
      );
    });
  }

  test("a receive that brings nothing is followed by another at once, and a message that comes then is handled", async () => {
    const processing = await start([]);
    const { sqs } = processing;
    const did = `${RUN} with an empty queue`;
    const empty = () => sqs.receives.filter(({ output }) => output !== undefined && !output.Messages?.length).length;
    for (const body of ["late", "later"]) {
      const before = empty();
      await sqs.within(45_000, () => empty() > before || processing.run.isSettled);
      processing.assertGoesOn(did, "empty-means-an-empty-array");
      const told = processing.errors.length;
      const tells = { "empty-means-an-empty-array": () => true };
      // Later it may have heard of a message.
      if (body === "late") same(told, 0, `${did}: how often onError was called`, tells, ABOUT);
      await sqs.gets(body);
      await processing.within(
        PROMPTLY_MS,
        () => processing.begun.includes(body),
        () =>
          `${did}, and a message that comes just after a receive has brought nothing: expected it to be handled within ${PROMPTLY_MS} ms, but it is not`,
      );
    }
  });

  for (const [option, values] of [
    ["maxWorkers", [0, -1, 1.5, Number.NaN]],
    ["waitTimeSeconds", [-1, Number.NaN]],
  ] as const) {
    test(`nonsense as \`${option}\` is a RangeError or a TypeError, and nothing is received`, async () => {
      for (const value of values) {
        const sqs = await WatchedSqs.open();
        await sqs.gets("a");
        const label = `runQueueProcessor({ ${option}: ${show(value)} })`;
        const { signal } = new AbortController();
        const options = { sqs: sqs.client, queueUrl: sqs.queueUrl, handler: async () => {}, signal, [option]: value };
        const run = call(label, () => given.runQueueProcessor(options));
        await sqs.within(100, () => run.isSettled);
        const isRefused = run.reason instanceof RangeError || run.reason instanceof TypeError;
        const seen =
          run.state === "waiting"
            ? "it runs"
            : run.state === "resolved"
              ? "it resolved"
              : `it rejected with ${inOneLine(run.reason)}`;
        claim(isRefused, `${label}: expected a RangeError, but ${seen}`, undefined, ABOUT);
        same(sqs.receives.length, 0, `${label}: how many receives were made`, {}, ABOUT);
      }
    });
  }
});
