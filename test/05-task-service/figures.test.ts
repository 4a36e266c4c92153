// The suite of task 05.9: health, figures, description and its page. Open are more fields in each, whether
// an open stream counts, and whether the description has itself and the docs in it.

import { describe, test } from "vitest";
import { claim, same, type Tells } from "../support/claims.ts";
import { loadedBy } from "../support/docs-page.ts";
import { lesson } from "../support/lesson.ts";
import { letSettle, pass } from "../support/stage.ts";
import { show } from "../support/words.ts";
import { ownErrors } from "./reference-queue.ts";
import { ABOUT, type AppModule, answerTo, hasStatus, jsonOf, Service, slowBody } from "./service.ts";
import { overSockets } from "./sockets.ts";

const given = lesson(() => import("#lesson/05-task-service/app.ts"));
const errors = ownErrors();

const serviceOf = () => new Service(given as AppModule, errors);

const GOOD = JSON.stringify({ task_type: "resize_image" });
const JSON_TYPE = "application/json";

interface Figures {
  requests?: unknown;
  average_latency_ms?: unknown;
}

async function figuresOf(service: Service, saying: string): Promise<Figures & { did: string }> {
  const answer = await service.ask("GET", "/metrics", { saying });
  hasStatus(answer, 200);
  return { ...(Object(jsonOf(answer)) as Figures), did: answer.did };
}

/** `GET /metrics` says that `requests` have been answered. */
async function counts(
  service: Service,
  requests: number,
  saying: string,
  tells: Record<string, (seen: number) => boolean> = {},
): Promise<void> {
  const { did, ...figures } = await figuresOf(service, saying);
  // At most this one could be too many, were they only its own.
  const all = { ...tells, "counts-for-all-apps": (seen: number) => seen > requests + 1 };
  const marks = Object.fromEntries(
    Object.entries(all).map(([id, tell]) => [id, (seen: unknown) => typeof seen === "number" && tell(seen)]),
  );
  same<unknown>(figures.requests, requests, `${did}: requests`, marks, ABOUT);
}

/** A submission whose body takes `ms` to arrive. */
async function submitsWithin(service: Service, ms: number): Promise<void> {
  const { body, send, end } = slowBody();
  const asking = service.send("POST", "/tasks", { body, type: JSON_TYPE, saying: `with a body that takes ${ms} ms` });
  await letSettle();
  send(GOOD.slice(0, 10));
  await pass(ms);
  send(GOOD.slice(10));
  end();
  await answerTo(asking);
}

describe("05.9", () => {
  test('`GET /health` is answered with { "status": "ok" }', async () => {
    const answer = await serviceOf().ask("GET", "/health");
    hasStatus(answer, 200);
    same<unknown>(Object(jsonOf(answer)).status, "ok", `${answer.did}: the status in its JSON`, {}, ABOUT);
  });

  test("the figures are 0 and 0 before anything was answered: this request is none of them", async () => {
    const service = serviceOf();
    await counts(service, 0, "as the first request", { "counts-too-early": (seen) => seen === 1 });
    const { did, ...figures } = await figuresOf(serviceOf(), "as the first request");
    same<unknown>(figures.average_latency_ms, 0, `${did}: average_latency_ms`, { "divides-by-zero": null }, ABOUT);
  });

  test("every request that was answered counts, of whichever route, `/metrics` too", async () => {
    const service = serviceOf();
    const early = { "counts-too-early": (seen: number) => seen === 7 };
    hasStatus(await service.ask("GET", "/health"), 200);
    await counts(service, 1, "after one request");
    await service.ask("GET", "/tasks");
    await service.ask("POST", "/tasks", { body: GOOD, type: JSON_TYPE });
    hasStatus(await service.ask("GET", "/openapi.json"), 200);
    hasStatus(await service.ask("GET", "/health"), 200);
    await counts(service, 6, "after six requests, one of them for /metrics", {
      ...early,
      "counts-only-what-comes-later": (seen) => seen < 6,
    });
    await counts(service, 7, "after seven requests, two of them for /metrics");
  });

  test("errors count: 404, 409 and 422, and routes that there are not", async () => {
    const service = serviceOf();
    const { id } = await service.queue.addRunning();
    await service.ask("GET", "/tasks/42");
    await service.ask("DELETE", `/tasks/${id}`, { saying: "of a running task" });
    await service.ask("POST", "/tasks", { body: "{}", type: JSON_TYPE, saying: "with {}" });
    await service.ask("GET", "/tasks?status=done");
    const tells = { "counts-only-successes": (seen: number) => seen === 0 };
    await counts(service, 4, "after four requests that are mistakes", tells);
    const nowhere = await service.ask("GET", "/no-such-route");
    await counts(service, 6, `after one more for a route that there is not, answered with ${nowhere.status}`);
  });

  test("a request counts when it is answered, and not before", async () => {
    const service = serviceOf();
    const { body, send, end } = slowBody();
    const asking = service.send("POST", "/tasks", { body, type: JSON_TYPE, saying: "with a body that is on its way" });
    send(GOOD.slice(0, 10));
    await letSettle();
    const early = { "counts-too-early": (seen: number) => seen > 0 && seen < 3 };
    await counts(service, 0, "while a submission is on its way", early);
    send(GOOD.slice(10));
    end();
    await answerTo(asking);
    await counts(service, 2, "when it is answered, after one other");
  });

  test("each app counts its own requests", async () => {
    const [one, other] = [serviceOf(), serviceOf()];
    for (let times = 0; times < 3; times++) hasStatus(await one.ask("GET", "/health"), 200);
    await counts(other, 0, "of another app, after three requests to the first");
    await counts(one, 3, "of the first app");
  });

  test("`average_latency_ms` is the mean over all requests", async () => {
    const service = serviceOf();
    const averages = async (expected: number, saying: string, tells: Tells<unknown> = {}): Promise<void> => {
      const { did, ...figures } = await figuresOf(service, saying);
      same<unknown>(rounded(figures.average_latency_ms), expected, `${did}: average_latency_ms`, tells, ABOUT);
    };
    await submitsWithin(service, 40);
    await averages(40, "after one request of 40 ms");
    hasStatus(await service.ask("GET", "/health"), 200);
    hasStatus(await service.ask("GET", "/health"), 200);
    // Each time the middle between the old one and 0: 20, 10, 5.
    const tells = { "averages-the-averages": 5 };
    await averages(10, "after one request of 40 ms and three that took no time", tells);
    await submitsWithin(service, 80);
    hasStatus(await service.ask("GET", "/health"), 200);
    await pass(5000);
    await service.ask("GET", "/tasks/42");
    await averages(15, "after two requests of 40 ms and 80 ms, and six that took no time");
  });

  for (const [path, ...methods] of [
    ["/tasks", "post", "get"],
    ["/tasks/{id}", "get", "delete"],
    ["/tasks/{id}/stream", "get"],
    ["/health", "get"],
    ["/metrics", "get"],
  ] as const) {
    test(`\`GET /openapi.json\` describes ${path} with its methods: ${methods.join(", ")}`, async () => {
      const answer = await serviceOf().ask("GET", "/openapi.json");
      hasStatus(answer, 200);
      const described = pathsIn(jsonOf(answer));
      const hasColons = Object.keys(described).some((name) => name.includes("/:"));
      const inWords = Object.keys(described).join(", ") || "none";
      // A parameter goes by whatever name.
      const [, operations] =
        Object.entries(described).find(
          ([name]) => name.replace(/\{[^{}]+\}/g, "{id}").replace(/(?<=.)\/$/, "") === path,
        ) ?? [];
      claim(
        operations !== undefined,
        `${answer.did}: expected ${path} among its paths, got ${inWords}`,
        hasColons ? "colons-in-the-description" : "leaves-out-of-the-description",
        ABOUT,
      );
      for (const method of methods) {
        claim(
          typeof Object(operations)[method] === "object",
          `${answer.did}: expected ${path} to have ${method}, got ${Object.keys(Object(operations)).join(", ") || "nothing"}`,
          "leaves-out-of-the-description",
          ABOUT,
        );
      }
    });
  }

  test("`GET /openapi.json` says which OpenAPI it is", async () => {
    const answer = await serviceOf().ask("GET", "/openapi.json");
    hasStatus(answer, 200);
    const { openapi, swagger } = Object(jsonOf(answer)) as { openapi?: unknown; swagger?: unknown };
    const isOne = /^3\.\d/.test(String(openapi)) || swagger === "2.0";
    claim(
      isOne,
      `${answer.did}: expected a field \`openapi\` with its version, 3.…, got ${show(openapi)}`,
      undefined,
      ABOUT,
    );
  });

  test("`GET /docs` is a page that shows the description, and all that it loads from the app is there", async () => {
    // Over a real server, because files may be read for it, and no virtual clock sees that.
    await overSockets(serviceOf(), async (server) => {
      const page = await server.ask("GET", "/docs");
      hasStatus(page, 200);
      const isHtml = /^text\/html\s*(;|$)/i.test(page.type);
      claim(isHtml, `${page.did}: expected a Content-Type of text/html, got ${page.type || "none"}`, undefined, ABOUT);
      const texts = [page.text];
      for (const path of loadedBy(page.text)) {
        const asset = await server.ask("GET", path, { saying: "which /docs loads" });
        const isThere = asset.status >= 200 && asset.status < 400;
        const seen = asset.status || "an error";
        claim(isThere, `${asset.did}: expected it to be there, got ${seen}`, "loads-what-is-not-there", ABOUT);
        // A library names the description in its examples: that shows nothing.
        if (asset.text.length < LIBRARY_CHARS) texts.push(asset.text);
      }
      // It names the description, or has it in itself.
      const shows = texts.some((text) => text.includes("openapi.json") || text.includes("/stream"));
      claim(
        shows,
        `${page.did}: expected a page that shows the description, but neither it nor a script of its own names /openapi.json`,
        "shows-another-description",
        ABOUT,
      );
    });
  });

  test("over a real server: health, figures and description are answered", async () => {
    await overSockets(serviceOf(), async (server) => {
      for (const path of ["/health", "/openapi.json"]) hasStatus(await server.ask("GET", path), 200);
      const answer = await server.ask("GET", "/metrics");
      hasStatus(answer, 200);
      same<unknown>(Object(jsonOf(answer)).requests, 2, `${answer.did}, as the third request: requests`, {}, ABOUT);
    });
  });
});

const LIBRARY_CHARS = 200_000;

function pathsIn(description: unknown): Record<string, unknown> {
  return Object((description as { paths?: unknown } | null)?.paths) as Record<string, unknown>;
}

/** Sums of fractions are a little off. */
function rounded(figure: unknown): unknown {
  return typeof figure === "number" ? Math.round(figure * 1000) / 1000 : figure;
}
