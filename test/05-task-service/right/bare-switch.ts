// No framework: a switch over method and path, checks by hand, and a description that is written out.
// Stands for: app.ts

import type { Task, TaskStatus, TaskSubmission, TaskType } from "./models.ts";
import { TaskNotFoundError, TaskNotPendingError, type TaskQueue } from "./task-queue.ts";

const TYPES: readonly unknown[] = ["resize_image", "generate_report", "send_email"];
const STATUSES: readonly unknown[] = ["pending", "processing", "completed", "failed", "cancelled"];

export function createApp(queue: TaskQueue): { fetch(request: Request): Promise<Response> } {
  let answered = 0;
  let totalMs = 0;

  async function answer(request: Request): Promise<Response> {
    const { pathname, searchParams } = new URL(request.url);
    const [, root = "", id, leaf, ...rest] = pathname.split("/");
    const shape = `${request.method} ${id === undefined ? pathname : `/${root}/{id}${leaf === undefined ? "" : `/${leaf}`}`}`;
    if (rest.length > 0) return refuse(404, "there is nothing here");
    switch (shape) {
      case "POST /tasks":
        return submit(request);
      case "GET /tasks":
        return list(searchParams.get("status"));
      case "GET /tasks/{id}":
        return show(queue.get(decoded(id)));
      case "DELETE /tasks/{id}":
        return cancel(decoded(id));
      case "GET /tasks/{id}/stream":
        return stream(decoded(id), request.signal);
      case "GET /health":
        return Response.json({ status: "ok", tasks: queue.list().length });
      case "GET /metrics":
        return Response.json({ requests: answered, average_latency_ms: answered && totalMs / answered });
      case "GET /openapi.json":
        return Response.json(description);
      case "GET /docs":
        return new Response(page, { headers: { "content-type": "text/html; charset=utf-8" } });
      default:
        return refuse(404, `there is no ${request.method} ${pathname}`);
    }
  }

  async function submit(request: Request): Promise<Response> {
    let body: unknown;
    try {
      body = JSON.parse(await request.text());
    } catch (error) {
      return refuse(422, `the body is no JSON: ${(error as Error).message}`);
    }
    const problem = problemOf(body);
    if (problem !== null) return refuse(422, problem);
    const { task_type, payload = {}, priority = 2 } = body as TaskSubmission;
    return Response.json(queue.submit({ task_type, payload, priority }), { status: 202 });
  }

  function list(status: string | null): Response {
    if (status !== null && !STATUSES.includes(status)) return refuse(422, `${status} is no status`);
    return Response.json(queue.list((status as TaskStatus | null) ?? undefined));
  }

  function cancel(id: string): Response {
    try {
      return show(queue.cancel(id));
    } catch (error) {
      if (error instanceof TaskNotFoundError) return refuse(404, "there is no such task");
      if (error instanceof TaskNotPendingError) return refuse(409, "the task is not pending any more");
      throw error;
    }
  }

  function stream(id: string, gone: AbortSignal): Response {
    if (!queue.get(id)) return refuse(404, "there is no such task");
    const closing = new AbortController();
    const signal = AbortSignal.any([closing.signal, gone]);
    const encoder = new TextEncoder();
    const body = new ReadableStream({
      async start(controller) {
        try {
          for await (const task of queue.watch(id, { signal })) {
            controller.enqueue(encoder.encode(`data: ${JSON.stringify(task)}\n\n`));
          }
          controller.close();
        } catch (error) {
          if (!signal.aborted) throw error;
          if (gone.aborted && !closing.signal.aborted) controller.close();
        }
      },
      cancel: () => closing.abort(),
    });
    // Not awaited by anyone: `start` goes on for as long as the task does.
    return new Response(body, { headers: { "content-type": "text/event-stream; charset=utf-8" } });
  }

  return {
    async fetch(request) {
      const startedMs = Date.now();
      try {
        return await answer(request);
      } catch (error) {
        console.error(error);
        return refuse(500, "something went wrong");
      } finally {
        answered += 1;
        totalMs += Date.now() - startedMs;
      }
    },
  };
}

function decoded(id = ""): string {
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function show(task: Task | undefined): Response {
  return task ? Response.json(task) : refuse(404, "there is no such task");
}

function refuse(status: number, error: string): Response {
  return Response.json({ error }, { status });
}

function problemOf(body: unknown): string | null {
  if (!isObject(body)) return "the body has to be an object";
  if (!TYPES.includes(body.task_type as TaskType)) return `task_type has to be one of ${TYPES.join(", ")}`;
  if (body.payload !== undefined && !isObject(body.payload)) return "payload has to be an object";
  if (![undefined, 1, 2, 3].includes(body.priority as 1)) return "priority has to be 1, 2 or 3";
  return null;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

const described = (summary: string, status = "200") => ({ summary, responses: { [status]: { description: summary } } });
const parameters = [{ name: "task", in: "path", required: true, schema: { type: "string" } }];
const description = {
  openapi: "3.1.0",
  info: { title: "Tasks", version: "1" },
  paths: {
    "/tasks": { post: described("Submit a task", "202"), get: described("All tasks") },
    "/tasks/{task}": { parameters, get: described("A task"), delete: described("Cancel a task") },
    "/tasks/{task}/stream": { parameters, get: described("Follow a task") },
    "/health": { get: described("Is it up?") },
    "/metrics": { get: described("Figures") },
  },
};

const page = `<!doctype html><title>Tasks</title><pre id="api"></pre><script>
fetch("/openapi.json").then((answer) => answer.json()).then((api) => {
  document.getElementById("api").textContent = JSON.stringify(api, null, 2);
});
</script>`;
