// `npm run service`: the services as programs, on real sockets.

import { cpSync } from "node:fs";
import { EventSource } from "eventsource";
import { afterEach, describe, expect, test } from "vitest";
import { WorkbookProcess } from "../../scripts/authoring/workbook-process.ts";
import { freePort } from "./free-port.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const running: WorkbookProcess[] = [];

afterEach(async () => {
  for (const service of running.splice(0)) {
    service.child.kill("SIGKILL");
    await service.ended;
  }
});

function start(words: string[], environment: Record<string, string>, folder?: string): WorkbookProcess {
  const service = new WorkbookProcess(["service", ...words], environment, folder);
  running.push(service);
  return service;
}

async function isListening(port: number): Promise<boolean> {
  return fetch(`http://127.0.0.1:${port}/health`).then(
    () => true,
    () => false,
  );
}

describe("the task service", () => {
  test("does what the documented requests ask, streams to the end, and stops with 0 while a stream is open", async () => {
    const port = await freePort();
    const service = start(["05", "--solution"], { PORT: String(port) });
    await service.prints(/http:\/\/127\.0\.0\.1:\d+\/docs/);
    const url = `http://127.0.0.1:${port}`;
    const submit = (submission: object) =>
      fetch(`${url}/tasks`, {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(submission),
      });

    const answer = await submit({ task_type: "generate_report", payload: { report_id: "q4" }, priority: 1 });
    expect(answer.status).toBe(202);
    const { id } = (await answer.json()) as { id: string };

    const statuses: string[] = [];
    const source = new EventSource(`${url}/tasks/${id}/stream`);
    await new Promise<void>((resolve) => {
      source.addEventListener("message", ({ data }: { data: string }) => {
        const { status } = JSON.parse(data) as { status: string };
        statuses.push(status);
        if (["completed", "failed"].includes(status)) resolve();
      });
    });
    source.close();
    expect(statuses).toContain("processing");

    for (const path of ["/tasks", "/tasks?status=completed", `/tasks/${id}`, "/health", "/metrics", "/openapi.json"])
      expect((await fetch(url + path)).status, path).toBe(200);
    const page = await (await fetch(`${url}/docs`)).text();
    for (const [, asset = ""] of page.matchAll(/(?:src|href)="(\/docs\/[^"]+)"/g))
      expect((await fetch(url + asset)).status, asset).toBe(200);
    expect(page).not.toMatch(/(?:src|href)="(https?:)?\/\//);

    for (let count = 0; count < 8; count++) await submit({ task_type: "resize_image" });
    const { id: last } = (await (await submit({ task_type: "send_email", priority: 3 })).json()) as { id: string };
    const stream = await fetch(`${url}/tasks/${last}/stream`);
    const reading = stream.text().catch(() => "cut off");
    expect(await service.stop()).toBe(0);
    await reading;
    expect(await isListening(port)).toBe(false);
  });

  test("says in a sentence that its port is taken, and exits with 2", async () => {
    const port = await freePort();
    const first = start(["05", "--solution"], { PORT: String(port) });
    await first.prints(/\/docs/);
    const second = start(["05", "--solution"], { PORT: String(port) });
    expect(await second.ended).toBe(2);
    expect(second.printed).toBe(`Cannot listen on 127.0.0.1:${port}: another program listens there.\n`);
  });
});

describe("the message service", () => {
  const send = async (port: number, body: string) => {
    const answer = await fetch(`http://127.0.0.1:${port}/messages`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify({ body, attributes: { kind: "test" } }),
    });
    expect(answer.status).toBe(202);
    return ((await answer.json()) as { id: string }).id;
  };

  test("runs in two terminals on one endpoint, and each stops with 0", async () => {
    const [port, endpointPort] = [await freePort(), await freePort()];
    const environment = { PORT: String(port), ENDPOINT_PORT: String(endpointPort) };
    const server = start(["06", "server", "--solution"], environment);
    await server.prints(/\/docs/);
    expect(server.printed).toContain("on solutions/04-visibility-queue/visibility-queue.ts");
    const worker = start(["06", "worker", "--solution"], environment);
    await worker.prints(/messages at a time/);
    expect(worker.printed).toContain("of the program that runs already");

    const id = await send(port, "print 200 posters");
    await worker.prints(new RegExp(`${id}.*print 200 posters`));
    expect(await worker.stop()).toBe(0);
    expect(worker.printed).toMatch(/1 processed, 0 failed, 1 deleted/);
    expect(await server.stop()).toBe(0);
    expect(await isListening(endpointPort)).toBe(false);
  });

  test("runs in one, with the learner's own queue in the endpoint", async () => {
    const book = new WorkbookCopy();
    cpSync(book.path("solutions/04-visibility-queue"), book.path("exercises/04-visibility-queue"), { recursive: true });
    const [port, endpointPort] = [await freePort(), await freePort()];
    const environment = { PORT: String(port), ENDPOINT_PORT: String(endpointPort) };
    const service = start(["06", "--solution", "--own-queue"], environment, book.folder);
    await service.prints(/\/docs/);
    expect(service.printed).toContain("on exercises/04-visibility-queue/visibility-queue.ts");
    const id = await send(port, "through my own queue");
    await service.prints(new RegExp(`${id}.*through my own queue`));
    expect(await service.stop("SIGINT")).toBe(0);
    expect(await isListening(endpointPort)).toBe(false);
  });
});
