// Misconception: Only a body that says it is JSON has to be checked.
// Way out: What happens to the others: are they refused, or do they come through? Check every body, or answer 415.
// Must fail: 05.7 a body is checked with Content-Type: text/plain, too, or refused with 415
// Must fail: 05.7 a body is checked with Content-Type: application/x-www-form-urlencoded, too, or refused with 415
// Must fail: 05.7 a body is checked without a Content-Type, too, or refused with 415
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
    let fields: unknown = await c.req.text();
    const type = c.req.header("Content-Type") ?? "";
    if (type.startsWith("application/json")) {
      try {
        fields = JSON.parse(String(fields));
      } catch {
        return c.json({ error: "The body is no JSON" }, 422);
      }
      const checked = TaskSubmission.safeParse(fields);
      if (!checked.success) return c.json({ error: checked.error.message }, 422);
      return c.json(queue.submit(checked.data), 202);
    }
    if (fields === "") return c.json({ error: "There is no body" }, 422);
    // Forms and the like.
    const form = Object.fromEntries(new URLSearchParams(String(fields)));
    return c.json(queue.submit({ task_type: "send_email", payload: {}, priority: 2, ...form }), 202);
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
    "/tasks/{id}": { get: { responses }, delete: { responses } },
    "/tasks/{id}/stream": { get: { responses } },
    "/health": { get: { responses } },
    "/metrics": { get: { responses } },
  },
};
