// Misconception: A body of text takes strings.
// Way out: The chunks of a response's body are bytes, `Uint8Array`: what turns a string into those?
// Must fail: 05.8 an event for the state as it is, then one for each change, at once, until the final one
// Must fail: 05.8 a stream that is opened in the middle begins with the state of that moment
// Must fail: 05.8 a pending task that is cancelled: its stream tells it, and ends
// Must fail: 05.8 the stream of a completed task has one event, and ends
// Must fail: 05.8 the stream of a failed task has one event, and ends
// Must fail: 05.8 the stream of a cancelled task has one event, and ends
// Must fail: 05.8 changes that come in the same turn, and those to less, have an event each
// Must fail: 05.8 while nothing changes, the stream stays open and has no further event
// Must fail: 05.8 several clients of one task all see all of it, and streams of two tasks know nothing of each other
// Must fail: 05.8 a client that stops reading holds up nobody, and finds every state when it reads on
// Must fail: 05.8 when one client goes, the others of the same task see the rest
// Stands for: app.ts

import { Hono } from "hono";
import { docsRoutes } from "./docs.ts";
import { answerNotFound, answerUnexpected, Metrics } from "./middleware.ts";
import { TaskStatus, TaskSubmission } from "./models.ts";
import { TaskNotFoundError, TaskNotPendingError, type TaskQueue } from "./task-queue.ts";

export function createApp(queue: TaskQueue): { fetch(request: Request): Response | Promise<Response> } {
  const metrics = new Metrics();
  const app = new Hono();
  app.use(metrics.count);
  app.notFound(answerNotFound);
  app.onError(answerUnexpected);

  app.post("/tasks", async (c) => {
    const body = await c.req.json().catch(() => undefined);
    const submission = TaskSubmission.safeParse(body);
    if (!submission.success) return c.json({ error: submission.error.message }, 422);
    return c.json(queue.submit(submission.data), 202);
  });

  app.get("/tasks", (c) => {
    const status = TaskStatus.optional().safeParse(c.req.query("status"));
    if (!status.success) return c.json({ error: status.error.message }, 422);
    return c.json(queue.list(status.data));
  });

  app.get("/tasks/:id", (c) => {
    const id = c.req.param("id");
    const task = queue.get(id);
    return task ? c.json(task) : c.json({ error: `No task ${id}` }, 404);
  });

  app.delete("/tasks/:id", (c) => {
    try {
      return c.json(queue.cancel(c.req.param("id")));
    } catch (error) {
      if (error instanceof TaskNotFoundError) return c.json({ error: error.message }, 404);
      if (error instanceof TaskNotPendingError) return c.json({ error: error.message }, 409);
      throw error;
    }
  });

  app.get("/tasks/:id/stream", (c) => {
    const id = c.req.param("id");
    if (!queue.get(id)) return c.json({ error: `No task ${id}` }, 404);
    const gone = new AbortController();
    const signal = AbortSignal.any([gone.signal, c.req.raw.signal]);
    const body = new ReadableStream({
      async start(controller) {
        try {
          for await (const task of queue.watch(id, { signal })) {
            controller.enqueue(`data: ${JSON.stringify(task)}\n\n`);
          }
          controller.close();
        } catch (error) {
          if (!signal.aborted) controller.error(error);
        }
      },
      cancel() {
        gone.abort();
      },
    });
    return c.body(body, 200, { "Content-Type": "text/event-stream" });
  });

  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/metrics", (c) => c.json(metrics.figures));
  app.get("/openapi.json", (c) => c.json(DESCRIPTION));
  app.route("/", docsRoutes({ title: "Task service", documentPath: "/openapi.json" }));
  return app;
}

const responses = { default: { description: "See the lesson" } };

const DESCRIPTION = {
  openapi: "3.1.0",
  info: { title: "Task service", version: "1.0.0" },
  paths: {
    "/tasks": { post: { responses }, get: { responses } },
    "/tasks/{id}": { get: { responses }, delete: { responses } },
    "/tasks/{id}/stream": { get: { responses } },
    "/health": { get: { responses } },
    "/metrics": { get: { responses } },
  },
};
