// The suite of task 05.8: what a stream tells, when it ends, and what is left when its client goes. The
// last checks go over real sockets. Open are names, ids and comments of events, and more fields in their data.

import { describe, test } from "vitest";
import { claim, same } from "../support/claims.ts";
import { lesson } from "../support/lesson.ts";
import { letSettle, note, pass } from "../support/stage.ts";
import { hasEnded, opened, type StreamClient, saw, Traces } from "./event-stream.ts";
import { ownErrors, type ReferenceQueue } from "./reference-queue.ts";
import { ABOUT, type Answer, type AppModule, isError, Service } from "./service.ts";
import { type Follower, type LiveServer, overSockets } from "./sockets.ts";

const given = lesson(() => import("#lesson/05-task-service/app.ts"));
const errors = ownErrors();

const serviceOf = (options?: ConstructorParameters<typeof ReferenceQueue>[1]) =>
  new Service(given as AppModule, errors, options);

const MINUTE_MS = 60_000;

const isFinal = (state: string): boolean => /^(completed|failed|cancelled) /.test(state);

/** What shows in the states that a client has seen. */
const tells = {
  "closes-before-the-last": ({ isOver, states }: StreamClient) => isOver && states.length > 0 && !states.some(isFinal),
  "tells-only-changes": ({ isOver, states }: StreamClient) =>
    isOver ? states.length === 0 : states[0] === "processing 0",
};

describe("05.8", () => {
  test("an event for the state as it is, then one for each change, at once, until the final one", async () => {
    const service = serviceOf();
    const { queue } = service;
    const other = await queue.addRunning();
    const { id } = queue.add();
    const client = (await opened(service, id)).readOn();
    await letSettle();
    const early = client.states.length;
    await queue.complete(other.id);
    const states = ["pending 0", "processing 0"];
    saw(client, states, "of a pending task that begins then", tells);
    same(early, 1, `${client.did}, of a pending task, before it begins: how many events it has had`, {}, ABOUT);
    for (const progress of [10, 55]) {
      await queue.report(id, progress);
      states.push(`processing ${progress}`);
      saw(client, states, `after a progress of ${progress}`, tells);
    }
    claim(
      !client.isOver,
      `${client.did}, before the final state: expected it to stay open, but it has ended`,
      undefined,
      ABOUT,
    );
    await queue.complete(id, { url: "/reports/q4.pdf" });
    states.push("completed 100");
    saw(client, states, "when the task is completed", tells);
    hasEnded(client, "when the task is completed");
  });

  test("a stream that is opened in the middle begins with the state of that moment", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    await service.queue.report(id, 20);
    await service.queue.report(id, 40);
    const client = (await opened(service, id)).readOn();
    await letSettle();
    saw(client, ["processing 40"], "of a task with a progress of 40", tells);
    await service.queue.fail(id, "out of paper");
    saw(client, ["processing 40", "failed 40"], "when the task has failed", tells);
    hasEnded(client, "when the task has failed");
  });

  test("a pending task that is cancelled: its stream tells it, and ends", async () => {
    const service = serviceOf();
    await service.queue.addRunning();
    const { id } = service.queue.add();
    const client = (await opened(service, id)).readOn();
    await letSettle();
    note("task", "cancelled");
    service.queue.cancel(id);
    await letSettle();
    saw(client, ["pending 0", "cancelled 0"], "when the task is cancelled", tells);
    hasEnded(client, "when the task is cancelled");
  });

  for (const status of ["completed", "failed", "cancelled"] as const) {
    test(`the stream of a ${status} task has one event, and ends`, async () => {
      const service = serviceOf();
      const task = await service.queue.addFinal(status);
      const client = (await opened(service, task.id)).readOn();
      await letSettle();
      saw(client, [`${status} ${task.progress}`], `of a ${status} task`, tells);
      hasEnded(client, `of a ${status} task`);
    });
  }

  test("changes that come in the same turn, and those to less, have an event each", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const client = (await opened(service, id)).readOn();
    await letSettle();
    await service.queue.report(id, 10, 30, 5, 100);
    await service.queue.complete(id);
    const states = [0, 10, 30, 5, 100].map((progress) => `processing ${progress}`);
    saw(client, [...states, "completed 100"], "with four reports in the same turn", {
      ...tells,
      "polls-for-changes": ({ states: seen }) => seen.length > 0 && !seen.includes("processing 30"),
    });
  });

  test("while nothing changes, the stream stays open and has no further event", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const client = (await opened(service, id)).readOn();
    await pass(10 * MINUTE_MS);
    saw(client, ["processing 0"], "ten minutes without a change", {
      "polls-for-changes": ({ states }) => states.length > 1,
    });
    claim(
      !client.isOver,
      `${client.did}, ten minutes without a change: expected it to stay open, but it has ended`,
      undefined,
      ABOUT,
    );
    await service.queue.complete(id);
    await letSettle();
    saw(client, ["processing 0", "completed 100"], "completed after ten minutes", tells);
  });

  test("several clients of one task all see all of it, and streams of two tasks know nothing of each other", async () => {
    const service = serviceOf({ concurrency: 2 });
    const { queue } = service;
    const [task, other] = [await queue.addRunning(), await queue.addRunning()];
    const first = (await opened(service, task.id, { client: "first client" })).readOn();
    await letSettle();
    await queue.report(task.id, 20);
    const second = (await opened(service, task.id, { client: "second client" })).readOn();
    const third = (await opened(service, other.id, { client: "client of another task" })).readOn();
    await letSettle();
    await queue.report(task.id, 60);
    await queue.report(other.id, 1);
    await queue.complete(task.id);
    const shared = (other: StreamClient) => ({
      "shares-one-watch": ({ states }: StreamClient) => other.states.some((state) => !states.includes(state)),
    });
    const rest = ["processing 20", "processing 60", "completed 100"];
    saw(first, ["processing 0", ...rest], "the first of two clients", shared(second));
    saw(second, rest, "the second of two clients", shared(first));
    saw(third, ["processing 0", "processing 1"], "of another task");
    hasEnded(first, "the first of two clients");
    hasEnded(second, "the second of two clients");
  });

  test("a client that stops reading holds up nobody, and finds every state when it reads on", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const slow = (await opened(service, id, { client: "slow client" })).readFirst();
    const quick = (await opened(service, id, { client: "quick client" })).readOn();
    await letSettle();
    const figures = Array.from({ length: 60 }, (_, index) => index + 1);
    for (const progress of figures.slice(0, 30)) await service.queue.report(id, progress);
    await service.queue.report(id, ...figures.slice(30));
    const states = [0, ...figures].map((progress) => `processing ${progress}`);
    saw(quick, states, "beside a client that has stopped reading");
    await service.queue.complete(id);
    states.push("completed 100");
    slow.readOn();
    await letSettle();
    saw(slow, states, "read on when the task was completed", {
      "drops-when-the-client-is-slow": ({ states: seen }) => seen.length > 0 && seen.length < states.length,
    });
    hasEnded(slow, "read on when the task was completed");
  });

  for (const unknownWatchThrows of ["at the call", "at the first step"] as const) {
    test(`the stream of an unknown id is answered with 404, with a queue whose watch throws ${unknownWatchThrows}`, async () => {
      for (const id of ["42", "__proto__", "%E0%A4%A"]) {
        const service = serviceOf({ unknownWatchThrows });
        const saying = `with a queue whose watch throws ${unknownWatchThrows}`;
        const trusts = ({ status }: Answer) => status === 200 || status === 0 || status >= 500;
        isError(await service.ask("GET", `/tasks/${id}/stream`, { saying }), 404, {
          ...(id.startsWith("%") ? { "decodes-without-care": ({ status }) => status === 0 || status >= 400 } : {}),
          "trusts-the-watch-to-throw": trusts,
        });
      }
    });
  }

  test("when a stream has come to its end, nothing is left", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const traces = new Traces(service);
    const client = (await opened(service, id)).readOn();
    await letSettle();
    await service.queue.report(id, 50);
    await service.queue.complete(id);
    hasEnded(client, "when the task is completed");
    await traces.areGone(client.request, `${client.did}, after its end`);
  });

  for (const { when, reads, changes } of [
    { when: "while nothing happens", reads: "on", changes: 0 },
    { when: "when it has seen some changes", reads: "on", changes: 3 },
    { when: "before it has read anything", reads: "nothing", changes: 0 },
    { when: "with changes that it has not read", reads: "first", changes: 5 },
  ] as const) {
    test(`a client that cancels the body ${when} leaves nothing behind`, async () => {
      const service = serviceOf();
      const { client, traces, id } = await withClient(service, reads, changes);
      await client.cancel();
      await traces.areGone(client.request, `${client.did}, its body cancelled ${when}`, {
        "ends-the-watch-by-return": () => service.queue.isReturnedInVain,
        "forgets-the-cancelled-body": () => true,
      });
      await goesOn(service, id);
    });

    test(`a client whose request is aborted ${when} leaves nothing behind`, async () => {
      const service = serviceOf();
      const controller = new AbortController();
      const { client, traces, id } = await withClient(service, reads, changes, controller.signal);
      note("client", "the request is aborted");
      controller.abort();
      await traces.areGone(client.request, `${client.did}, its request aborted ${when}`, {
        "ends-the-watch-by-return": () => service.queue.isReturnedInVain,
        "ignores-the-requests-signal": () => true,
      });
      await goesOn(service, id);
    });
  }

  test("a request that was aborted before it came to `fetch` leaves nothing behind", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const traces = new Traces(service);
    const sent = service.send("GET", `/tasks/${id}/stream`, {
      signal: AbortSignal.abort(),
      saying: "with a request that is aborted already",
    });
    await letSettle();
    await traces.areGone(sent.request, sent.did, { "ignores-the-requests-signal": () => true });
    await goesOn(service, id);
  });

  test("a request that is aborted, and whose body is cancelled then, leaves nothing behind, and no error", async () => {
    const service = serviceOf();
    const controller = new AbortController();
    const { client, traces, id } = await withClient(service, "on", 2, controller.signal);
    note("client", "the request is aborted");
    controller.abort();
    await client.cancel();
    await traces.areGone(client.request, `${client.did}, its request aborted and its body cancelled`, {
      "ends-the-watch-by-return": () => service.queue.isReturnedInVain,
    });
    await goesOn(service, id);
  });

  test("when one client goes, the others of the same task see the rest", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    const leaver = (await opened(service, id, { client: "client that goes" })).readOn();
    const stayer = (await opened(service, id, { client: "client that stays" })).readOn();
    await letSettle();
    await service.queue.report(id, 30);
    await leaver.cancel();
    await service.queue.report(id, 60);
    await service.queue.complete(id);
    const states = ["processing 0", "processing 30", "processing 60", "completed 100"];
    saw(stayer, states, "beside a client that went after 30");
    hasEnded(stayer, "beside a client that went");
  });

  test("over a real server: an EventSource is told every state, and then the stream is over", async () => {
    const service = serviceOf();
    const { queue } = service;
    const { id } = await queue.addRunning();
    await overSockets(service, async (server) => {
      const follower = server.follow(`/tasks/${id}/stream`);
      await told(server, follower, ["processing 0"]);
      await queue.report(id, 25);
      await told(server, follower, ["processing 0", "processing 25"]);
      await queue.report(id, 50, 75);
      await queue.complete(id);
      await server.comes("the end of the stream at an EventSource", () => follower.isOver, {
        misconception: "never-closes-the-stream",
      });
      const states = ["processing 0", "processing 25", "processing 50", "processing 75", "completed 100"];
      same<unknown>(follower.states, states, "GET /tasks/{id}/stream by an EventSource: its states", {}, ABOUT);
    });
  });

  test("over a real server: a client that vanishes in the middle leaves no watch open", async () => {
    const service = serviceOf();
    const { queue } = service;
    const { id } = await queue.addRunning();
    await overSockets(service, async (server) => {
      const vanishing = server.sendRaw(`GET /tasks/${id}/stream HTTP/1.1\r\nHost: localhost\r\n\r\n`);
      const stayer = server.follow(`/tasks/${id}/stream`);
      await told(server, stayer, ["processing 0"]);
      await server.comes("the beginning of two streams", () => queue.openWatches === 2);
      vanishing.destroy();
      await server.comes("the end of the watch of a client that has vanished", () => queue.openWatches === 1, {
        misconception: "forgets-the-cancelled-body",
      });
      await queue.report(id, 70);
      await queue.complete(id);
      await told(server, stayer, ["processing 0", "processing 70", "completed 100"]);
    });
  });

  test("over a real server: 200 clients at once are told every state, and none leaves a watch open", async () => {
    const service = serviceOf();
    const { queue } = service;
    const { id } = await queue.addRunning();
    await overSockets(service, async (server) => {
      const followers = Array.from({ length: 200 }, () => server.follow(`/tasks/${id}/stream`));
      const allHave = (states: number) => () => followers.every(({ states: seen }) => seen.length >= states);
      await server.comes("the first state at each of 200 clients", allHave(1));
      const other = await server.ask("GET", "/tasks", { saying: "while 200 streams are open" });
      claim(other.status !== 0, `${other.did}: expected an answer, but the connection breaks`, undefined, ABOUT);
      await queue.report(id, 10, 20);
      await queue.complete(id);
      await server.comes(
        "the end of the stream at each of 200 clients",
        () => followers.every(({ isOver }) => isOver),
        {
          misconception: "never-closes-the-stream",
        },
      );
      const states = ["processing 0", "processing 10", "processing 20", "completed 100"].join(", ");
      const others = followers.map((follower) => follower.states.join(", ")).filter((seen) => seen !== states);
      claim(
        others.length === 0,
        `GET /tasks/{id}/stream by 200 clients at once: expected each to be told ${states}, but ${others.length} were told ${others[0] || "nothing"}`,
        undefined,
        ABOUT,
      );
      same(queue.openWatches, 0, "GET /tasks/{id}/stream by 200 clients, after the end: open watches", {}, ABOUT);
    });
  });
});

/** A client of a running task, which reads or does not, and so many changes that came since. */
async function withClient(service: Service, reads: "on" | "first" | "nothing", changes: number, signal?: AbortSignal) {
  const { id } = await service.queue.addRunning();
  const traces = new Traces(service);
  const client = await opened(service, id, signal ? { signal } : {});
  if (reads === "on") client.readOn();
  if (reads === "first") client.readFirst();
  if (reads !== "nothing") await letSettle();
  for (let change = 1; change <= changes; change++) await service.queue.report(id, change * 10);
  return { id, client, traces };
}

/** The task has no idea that somebody has gone. */
async function goesOn({ queue }: Service, id: string): Promise<void> {
  await queue.report(id, 90);
  await queue.complete(id);
  await pass(MINUTE_MS);
}

/** `follower` has been told `states`, and no others. */
async function told(server: LiveServer, follower: Follower, states: readonly string[]): Promise<void> {
  const what = `state ${states.length} of the stream at an EventSource`;
  await server.comes(what, () => follower.states.length >= states.length || follower.isOver);
  claim(
    follower.states.length > 0 || follower.problem === undefined,
    `GET /tasks/{id}/stream by an EventSource: expected a stream, but it says: ${follower.problem}`,
    undefined,
    ABOUT,
  );
  same<unknown>([...follower.states], [...states], "GET /tasks/{id}/stream by an EventSource: its states", {}, ABOUT);
}
