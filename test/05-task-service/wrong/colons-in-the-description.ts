// Misconception: The paths of the description are those of the router.
// Way out: A router writes `/tasks/:id`, OpenAPI `/tasks/{id}`: to it a colon is a letter like any other.
// Must fail: 05.9 `GET /openapi.json` describes /tasks/{id} with its methods: get, delete
// Must fail: 05.9 `GET /openapi.json` describes /tasks/{id}/stream with its methods: get
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
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        try {
          for await (const task of queue.watch(id, { signal })) {
            controller.enqueue(encoder.encode(`data: ${JSON.stringify(task)}\n\n`));
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
    "/tasks/:id": { get: { responses }, delete: { responses } },
    "/tasks/:id/stream": { get: { responses } },
    "/health": { get: { responses } },
    "/metrics": { get: { responses } },
  },
};
