// Lesson: lessons/05-task-service.md      Check: npm run check 05 -- --solution
//
// One idea: the queue knows nothing of HTTP, and the app keeps no task. Each route says what it
// takes and what it may answer; the same words check the request and make the documentation.

import { createRoute, OpenAPIHono, z } from "@hono/zod-openapi";
import { bodyLimit } from "hono/body-limit";
import { HTTPException } from "hono/http-exception";
import { docsRoutes } from "./docs.ts";
import { answerNotFound, answerUnexpected, Metrics } from "./middleware.ts";
import { ErrorAnswer, Figures, Health, Task, TaskStatus, TaskSubmission } from "./models.ts";
import type { TaskQueue } from "./task-queue.ts";
import { TaskNotFoundError, TaskNotPendingError } from "./task-queue.ts";

/** More than any submission needs; a client that sends more is not read to the end. */
const MAX_BODY_BYTES = 64 * 1024;

/** How soon a client may try again to submit, where there are too many tasks, in seconds. */
const RETRY_AFTER_SECONDS = "5";

/**
 * The service: the routes under `/tasks`, `/health`, `/metrics`, `/openapi.json` and `/docs`.
 *
 * Every error is answered with JSON, `{ "error": "…" }`. The app does not start the queue.
 */
export function createApp(queue: TaskQueue): { fetch(request: Request): Response | Promise<Response> } {
  const metrics = new Metrics();
  const app = new OpenAPIHono({
    defaultHook: (result, c) => {
      if (!result.success) return c.json<ErrorAnswer>({ error: whatIsWrong(result.target, result.error) }, 422);
    },
  });
  app.use(metrics.count);
  app.notFound(answerNotFound);
  app.onError((error, c) => {
    // Hono's own word for a body that is no JSON: no schema has seen it.
    const isBadJson = error instanceof HTTPException && error.status === 400;
    return isBadJson ? c.json<ErrorAnswer>({ error: "Expected a body of JSON" }, 422) : answerUnexpected(error, c);
  });

  app.openapi(submitTask, (c) => {
    try {
      return c.json(queue.submit(c.req.valid("json")), 202);
    } catch (error) {
      // By its name: a queue without that bound has no such error.
      if (!(error instanceof Error && error.name === "TooManyTasksError")) throw error;
      return c.json({ error: "Too many tasks are unfinished" }, 503, { "retry-after": RETRY_AFTER_SECONDS });
    }
  });
  app.openapi(listTasks, (c) => c.json(queue.list(c.req.valid("query").status), 200));
  app.openapi(getTask, (c) => {
    const { id } = c.req.valid("param");
    const task = queue.get(id);
    return task ? c.json(task, 200) : c.json(unknownTask(id), 404);
  });
  app.openapi(cancelTask, (c) => {
    const { id } = c.req.valid("param");
    try {
      return c.json(queue.cancel(id), 200);
    } catch (error) {
      if (error instanceof TaskNotFoundError) return c.json(unknownTask(id), 404);
      if (error instanceof TaskNotPendingError) return c.json({ error: "Only a pending task can be cancelled" }, 409);
      throw error;
    }
  });
  app.openapi(streamTask, (c) => {
    const { id } = c.req.valid("param");
    const task = queue.get(id);
    if (!task) return c.json(unknownTask(id), 404);
    const lastSeen = c.req.valid("header")["last-event-id"];
    // To an `EventSource` the end of a stream is a reason to come back. 204 tells it not to.
    if (task.finished_at !== null && lastSeen === eventId(task)) return c.body(null, 204);
    return c.body(eventsOf(queue, id, c.req.raw, lastSeen), 200, {
      "content-type": "text/event-stream",
      "cache-control": "no-store",
    });
  });

  app.openapi(health, (c) => c.json({ status: "ok" as const }, 200));
  app.openapi(figures, (c) => c.json(metrics.figures, 200));
  app.doc("/openapi.json", { openapi: "3.0.3", info: { title: "Task service", version: "1.0.0" } });
  app.route("/", docsRoutes({ title: "Task service", documentPath: "/openapi.json" }));
  return app;
}

const json = <Schema extends z.ZodType>(description: string, schema: Schema) => ({
  description,
  content: { "application/json": { schema } },
});
const byId = { params: z.object({ id: z.string() }) };
const notFound = json("No task has this id", ErrorAnswer);

const submitTask = createRoute({
  method: "post",
  path: "/tasks",
  summary: "Submit a task",
  middleware: bodyLimit({
    maxSize: MAX_BODY_BYTES,
    onError: (c) => c.json<ErrorAnswer>({ error: `Expected a body of at most ${MAX_BODY_BYTES} bytes` }, 413),
  }),
  request: { body: { required: true, content: { "application/json": { schema: TaskSubmission } } } },
  responses: {
    202: json("The task, pending", Task),
    413: json("The body is too long", ErrorAnswer),
    415: json("The body is of another type than JSON", ErrorAnswer),
    422: json("The body is no task", ErrorAnswer),
    503: json("Too many tasks are unfinished", ErrorAnswer),
  },
});

const listTasks = createRoute({
  method: "get",
  path: "/tasks",
  summary: "List tasks, in the order of submission",
  request: { query: z.object({ status: TaskStatus.optional() }) },
  responses: { 200: json("The tasks", z.array(Task)), 422: json("No such status", ErrorAnswer) },
});

const getTask = createRoute({
  method: "get",
  path: "/tasks/{id}",
  summary: "Get a task",
  request: byId,
  responses: { 200: json("The task as it is", Task), 404: notFound },
});

const cancelTask = createRoute({
  method: "delete",
  path: "/tasks/{id}",
  summary: "Cancel a pending task",
  request: byId,
  responses: { 200: json("The task, cancelled", Task), 404: notFound, 409: json("It is not pending", ErrorAnswer) },
});

const streamTask = createRoute({
  method: "get",
  path: "/tasks/{id}/stream",
  summary: "Follow a task: an event for each change of its status or progress",
  request: { ...byId, headers: z.object({ "last-event-id": z.string().optional() }) },
  responses: {
    200: {
      description: "Server-sent events; the data is the task",
      content: { "text/event-stream": { schema: z.string() } },
    },
    204: { description: "The final state was seen already" },
    404: notFound,
  },
});

const health = createRoute({
  method: "get",
  path: "/health",
  summary: "Whether the service is up",
  responses: { 200: json("It is", Health) },
});

const figures = createRoute({
  method: "get",
  path: "/metrics",
  summary: "How much was answered so far, and how fast",
  responses: { 200: json("The figures, without this request", Figures) },
});

/**
 * An event for each state of a task, until its final one, or until the client is gone: the body is
 * cancelled, or the request's signal aborts. Then nobody watches and nobody listens any more.
 *
 * An event is made when the client has room for it, and nothing is begun for a body that is not read.
 *
 * @param lastSeen The id of the event that the client had last. A task that is still as it was then
 * is not told again.
 */
function eventsOf(queue: TaskQueue, id: string, request: Request, lastSeen?: string): ReadableStream<Uint8Array> {
  const ending = new AbortController();
  const states = queue.watch(id, { signal: ending.signal });
  const events = eventTexts();
  const encoder = new TextEncoder();

  async function* eventTexts(): AsyncGenerator<string, void> {
    // The request itself is kept here: once it is collected as garbage, its signal is told of nothing.
    request.signal.addEventListener("abort", end);
    if (request.signal.aborted) ending.abort();
    try {
      let seen = lastSeen;
      for await (const task of states) {
        if (eventId(task) !== seen) yield `id: ${eventId(task)}\ndata: ${JSON.stringify(task)}\n\n`;
        seen = undefined;
      }
    } catch (error) {
      if (!ending.signal.aborted) throw error;
    } finally {
      request.signal.removeEventListener("abort", end);
    }
  }

  async function end(): Promise<void> {
    // Either may be what it takes: a step that waits for a state is aborted, and one that waits for
    // the client is left. `return` alone would wait in line behind the former.
    ending.abort();
    await events.return();
  }

  return new ReadableStream<Uint8Array>(
    {
      async pull(controller) {
        const { value, done } = await events.next();
        if (done) controller.close();
        else controller.enqueue(encoder.encode(value));
      },
      cancel: end,
    },
    { highWaterMark: 0 },
  );
}

/** Names a state. Two states of one task that have the same id are the same in everything. */
function eventId({ status, progress }: Task): string {
  return `${status}-${progress}`;
}

function unknownTask(id: string): ErrorAnswer {
  return { error: `No task has the id ${id}` };
}

/** What a schema has against it, and where: `body.priority: Invalid option: expected one of 1|2|3`. */
function whatIsWrong(part: string, { issues }: z.ZodError): string {
  const where = part === "json" ? "body" : part;
  return issues.map(({ path, message }) => `${[where, ...path].join(".")}: ${message}`).join("; ");
}
