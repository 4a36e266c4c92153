// What the task service of the solution does beyond its tasks: a bound on unfinished tasks, finished
// ones kept for a limited time, and streams that go on where they broke off.

import "../support/virtual-time/install.ts";
import { beforeEach, describe, expect, test } from "vitest";
import { createApp } from "#solution/05-task-service/app.ts";
import { type Processor, TaskQueue, TooManyTasksError } from "#solution/05-task-service/task-queue.ts";
import { clock } from "../support/virtual-time/install.ts";

beforeEach(() => clock.reset());

const SUBMISSION = { task_type: "send_email", payload: {}, priority: 2 } as const;

/** A queue whose processors end when they are told to. */
function queueOf(options: { concurrency?: number; maxUnfinished?: number; keepFinishedMs?: number }) {
  const ends: (() => void)[] = [];
  const reports: ((progress: number) => void)[] = [];
  const processor: Processor = (_task, report) => {
    reports.push(report);
    return new Promise((resolve) => ends.push(() => resolve(null)));
  };
  const processors = { resize_image: processor, generate_report: processor, send_email: processor };
  return { queue: new TaskQueue({ processors, ...options }), ends, reports };
}

const post = (app: ReturnType<typeof createApp>) =>
  app.fetch(
    new Request("http://localhost/tasks", {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(SUBMISSION),
    }),
  );

describe("a bound on unfinished tasks", () => {
  test("submit throws at the bound, and takes a task again when one has ended", async () => {
    const { queue, ends } = queueOf({ maxUnfinished: 2 });
    queue.start();
    queue.submit(SUBMISSION);
    const { id } = queue.submit(SUBMISSION);
    await clock.quiet();
    expect(() => queue.submit(SUBMISSION)).toThrow(TooManyTasksError);
    expect(queue.list()).toHaveLength(2);
    ends[1]?.();
    await clock.quiet();
    expect(queue.get(id)?.status).toBe("completed");
    queue.submit(SUBMISSION);
    expect(() => queue.submit(SUBMISSION)).toThrow(TooManyTasksError);
  });

  test("the service answers 503 and when to come back", async () => {
    const app = createApp(queueOf({ maxUnfinished: 1 }).queue);
    expect((await post(app)).status).toBe(202);
    const refused = await post(app);
    expect(refused.status).toBe(503);
    expect(refused.headers.get("Retry-After")).toMatch(/^[1-9]\d*$/);
    expect(await refused.json()).toEqual({ error: expect.stringMatching(/./) });
  });
});

test("finished tasks are forgotten after keepFinishedMs, unfinished ones never, and no timer waits for that", async () => {
  const { queue, ends } = queueOf({ keepFinishedMs: 60_000, concurrency: 1 });
  queue.start();
  const done = queue.submit(SUBMISSION);
  const waiting = queue.submit(SUBMISSION);
  const cancelled = queue.submit(SUBMISSION);
  queue.cancel(cancelled.id);
  await clock.quiet();
  ends[0]?.();
  await clock.advance(59_999);
  expect(queue.list()).toHaveLength(3);
  expect(clock.timers.count).toBe(0);
  await clock.advance(1);
  expect(queue.get(done.id)).toBeUndefined();
  expect(queue.get(cancelled.id)).toBeUndefined();
  expect(queue.list().map(({ id }) => id)).toEqual([waiting.id]);
});

describe("Last-Event-ID", () => {
  const events = async (app: ReturnType<typeof createApp>, id: string, lastSeen?: string) => {
    const headers: Record<string, string> = lastSeen === undefined ? {} : { "Last-Event-ID": lastSeen };
    const answer = await app.fetch(new Request(`http://localhost/tasks/${id}/stream`, { headers }));
    return { status: answer.status, reader: answer.body?.pipeThrough(new TextDecoderStream()).getReader() };
  };

  test("a client that comes back is not told again what it has seen, and misses nothing", async () => {
    const { queue, reports } = queueOf({});
    const app = createApp(queue);
    queue.start();
    const { id } = queue.submit(SUBMISSION);
    await clock.quiet();
    reports[0]?.(40);
    const first = await events(app, id);
    const event = (await first.reader?.read())?.value ?? "";
    expect(event).toContain('"progress":40');
    const [, eventId] = /^id: (.+)$/m.exec(event) ?? [];
    await first.reader?.cancel();

    const again = await events(app, id, eventId);
    const next = again.reader?.read();
    await clock.quiet();
    reports[0]?.(80);
    expect((await next)?.value).toContain('"progress":80');
    await again.reader?.cancel();

    reports[0]?.(90);
    const late = await events(app, id, eventId);
    expect((await late.reader?.read())?.value).toContain('"progress":90');
    await late.reader?.cancel();
  });

  test("one that has seen the final state is answered 204, which tells an EventSource not to come back", async () => {
    const { queue, ends } = queueOf({});
    const app = createApp(queue);
    queue.start();
    const { id } = queue.submit(SUBMISSION);
    await clock.quiet();
    ends[0]?.();
    await clock.quiet();
    const all = await events(app, id);
    const [, eventId] = /^id: (.+)$/m.exec((await all.reader?.read())?.value ?? "") ?? [];
    expect((await all.reader?.read())?.done).toBe(true);
    expect((await events(app, id, eventId)).status).toBe(204);
    expect((await events(app, id, "pending-0")).status).toBe(200);
  });
});
