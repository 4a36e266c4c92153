// Hono without its OpenAPI part; a body that pulls one state at a time out of the watch; the description
// is put together from a table of routes.
// Stands for: app.ts

import { z } from "@hono/zod-openapi";
import { Hono } from "hono";
import { docsRoutes } from "./docs.ts";
import { Metrics } from "./middleware.ts";
import { type Task, TaskStatus, TaskSubmission } from "./models.ts";
import { TaskNotFoundError, TaskNotPendingError, type TaskQueue } from "./task-queue.ts";

const Query = z.object({ status: TaskStatus.optional() });

export function createApp(queue: TaskQueue): { fetch(request: Request): Response | Promise<Response> } {
  const metrics = new Metrics();
  const app = new Hono();
  app.use("*", metrics.count);

  app.post("/tasks", async (c) => {
    if (!/^application\/json\b/i.test(c.req.header("content-type") ?? "")) {
      return c.json({ error: "The body has to be application/json" }, 415);
    }
    const body = await c.req.json().catch(() => undefined);
    const submission = TaskSubmission.safeParse(body);
    if (!submission.success) return c.json({ error: z.prettifyError(submission.error) }, 422);
    const task = queue.submit(submission.data);
    return c.json({ ...task, links: { stream: `/tasks/${task.id}/stream` } }, 202, { location: `/tasks/${task.id}` });
  });

  app.get("/tasks", (c) => {
    const query = Query.safeParse(c.req.query());
    if (!query.success) return c.json({ error: z.prettifyError(query.error) }, 422);
    return c.json(queue.list(query.data.status));
  });

  app.get("/tasks/:id", (c) => {
    const task = queue.get(c.req.param("id"));
    return task ? c.json(task) : c.json({ error: "Unknown task" }, 404);
  });

  app.delete("/tasks/:id", (c) => {
    const id = c.req.param("id");
    const task = queue.get(id);
    if (!task) return c.json({ error: "Unknown task" }, 404);
    if (task.status !== "pending") return c.json({ error: `The task is ${task.status}`, status: task.status }, 409);
    return c.json(queue.cancel(id));
  });

  app.get("/tasks/:id/stream", async (c) => {
    const { signal } = c.req.raw;
    const left = new AbortController();
    const leave = () => left.abort();
    if (signal.aborted) leave();
    const states = queue.watch(c.req.param("id"), { signal: left.signal });
    const steps = states[Symbol.asyncIterator]();
    let next = steps.next();
    try {
      await next;
    } catch (error) {
      if (error instanceof TaskNotFoundError) return c.json({ error: "Unknown task" }, 404);
      if (!left.signal.aborted) throw error;
    }
    signal.addEventListener("abort", leave, { once: true });
    const over = () => signal.removeEventListener("abort", leave);
    const write = new TextEncoder();
    const body = new ReadableStream<Uint8Array>({
      async pull(controller) {
        try {
          const { value, done } = await next;
          if (done) {
            over();
            return controller.close();
          }
          controller.enqueue(write.encode(eventOf(value)));
          next = steps.next();
          // It is awaited at the next pull, if there is one.
          next.catch(() => {});
        } catch (error) {
          over();
          controller.error(error);
        }
      },
      cancel() {
        over();
        leave();
      },
    });
    return new Response(body, { headers: { "Content-Type": "text/event-stream", "Cache-Control": "no-cache" } });
  });

  app.get("/health", (c) => c.json({ status: "ok" }));
  app.get("/metrics", (c) => c.json(metrics.figures));
  app.get("/openapi.json", (c) => c.json(description()));
  app.route("/", docsRoutes({ title: "Tasks", documentPath: "/openapi.json" }));

  app.onError((error, c) => {
    if (error instanceof TaskNotFoundError) return c.json({ error: "Unknown task" }, 404);
    if (error instanceof TaskNotPendingError) return c.json({ error: "Not pending" }, 409);
    return c.json({ error: "Internal error" }, 500);
  });
  return app;
}

let lastEvent = 0;

function eventOf(task: Task): string {
  lastEvent += 1;
  return `: state ${lastEvent}\nid: ${lastEvent}\nevent: ${task.status}\nretry: 5000\ndata: ${JSON.stringify(task)}\n\n`;
}

const ROUTES = [
  "post /tasks",
  "get /tasks",
  "get /tasks/{id}",
  "delete /tasks/{id}",
  "get /tasks/{id}/stream",
  "get /health",
  "get /metrics",
];

function description() {
  const paths: Record<string, Record<string, unknown>> = {};
  for (const route of ROUTES) {
    const [method = "", path = ""] = route.split(" ");
    paths[path] = { ...paths[path], [method]: { responses: { default: { description: route } } } };
  }
  return { openapi: "3.0.0", info: { title: "Tasks", version: "1.0" }, paths };
}
