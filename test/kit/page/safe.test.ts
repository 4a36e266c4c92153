// The page's server and the world outside: who may ask, for what, and what learner code can reach.

import { request } from "node:http";
import os from "node:os";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { WorkbookProcess } from "../../../scripts/authoring/workbook-process.ts";
import { allLessons } from "../../../scripts/lessons/catalog.ts";
import { WorkbookCopy } from "../workbook-copy.ts";

const copy = new WorkbookCopy();
const slugs = allLessons().map(({ slug }) => slug);
let server: WorkbookProcess;
let port = 0;

beforeAll(async () => {
  server = new WorkbookProcess(["start", "--no-open"], { PORT: "0" }, copy.folder);
  await server.prints(/http:\/\/127\.0\.0\.1:\d+\//);
  port = Number(/127\.0\.0\.1:(\d+)/.exec(server.printed)?.[1]);
});

afterAll(async () => {
  await server.stop();
});

interface Answer {
  status: number;
  headers: Record<string, unknown>;
  text: string;
}

interface Asked {
  method?: string;
  headers?: Record<string, string>;
  body?: string;
}

/** By hand, so that the path goes out as it is written here, and the headers are those of anybody. */
function ask(path: string, { method = "GET", headers = {}, body }: Asked = {}): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const asking = request({ host: "127.0.0.1", port, path, method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => {
        text += part;
      });
      response.on("end", () => resolve({ status: response.statusCode ?? 0, headers: response.headers, text }));
    });
    asking.once("error", reject);
    asking.end(body);
  });
}

const json = { "Content-Type": "application/json" };

describe("who may ask", () => {
  test("a request for another name is refused, whatever leads here", async () => {
    for (const host of ["evil.example", `evil.example:${port}`, "127.0.0.1", `127.0.0.1.evil.example:${port}`]) {
      const { status, text } = await ask("/", { headers: { Host: host } });
      expect([host, status]).toEqual([host, 403]);
      expect(text).toContain(`Expected a request for 127.0.0.1:${port}`);
    }
    for (const host of [`127.0.0.1:${port}`, `localhost:${port}`]) {
      expect((await ask("/", { headers: { Host: host } })).status).toBe(200);
    }
  });

  test("a request of another page is refused, in every way that a browser says so", async () => {
    for (const origin of [
      "https://evil.example",
      "null",
      `http://127.0.0.1:${port + 1}`,
      `https://127.0.0.1:${port}`,
    ]) {
      expect((await ask("/api/lessons/01/live", { headers: { Origin: origin } })).status).toBe(403);
      const reset = { method: "POST", headers: { ...json, Origin: origin }, body: "{}" };
      expect((await ask("/api/lessons/01/reset", reset)).status).toBe(403);
    }
    const embedded = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "no-cors", "Sec-Fetch-Dest": "script" };
    expect((await ask("/scripts/page/browser/page.ts", { headers: embedded })).status).toBe(403);
    const followed = { "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document" };
    expect((await ask("/", { headers: followed })).status).toBe(200);
  });

  test("an action needs JSON, which a form of another page cannot send", async () => {
    const form = { "Content-Type": "application/x-www-form-urlencoded" };
    expect((await ask("/api/lessons/01/reset", { method: "POST", headers: form, body: "{}" })).status).toBe(415);
    expect((await ask("/api/lessons/01/reset", { method: "POST", body: "{}" })).status).toBe(415);
  });

  test("nobody else on the network reaches it", async () => {
    const others = Object.values(os.networkInterfaces())
      .flat()
      .flatMap((one) => (one && one.family === "IPv4" && !one.internal ? [one.address] : []));
    for (const host of others) {
      await expect(
        new Promise((resolve, reject) => request({ host, port }, resolve).once("error", reject).end()),
      ).rejects.toThrow(/ECONNREFUSED/);
    }
  });
});

describe("for what", () => {
  test("actions take the number of a lesson, and no path", async () => {
    const asked = [
      ["/api/lessons/..%2F..%2Fetc/open", 404],
      ["/api/lessons/01-batch-receive/open", 404],
      ["/api/lessons/99/open", 404],
      ["/api/lessons/01/open", 400, '{"task":"../../etc/passwd"}'],
      ["/api/lessons/01/open", 400, '{"task":"01.1","check":"../x"}'],
      ["/api/lessons/01/open", 400, "not JSON"],
      ["/api/lessons/01/hints", 400, '{"task":"01.1","number":99}'],
      ["/__open-in-editor?file=/etc/passwd", 404],
    ] as const;
    for (const [path, status, body = "{}"] of asked) {
      expect([path, (await ask(path, { method: "POST", headers: json, body })).status]).toEqual([path, status]);
    }
    expect((await ask("/__open-in-editor?file=/etc/passwd")).status).toBe(404);
  });

  test("files that the page does not need are not there", async () => {
    const paths = [
      "/package.json",
      "/.workbook/progress.json",
      "/README.md",
      "/lessons/",
      "/@fs/etc/passwd",
      "/@fs/etc/passwd?raw",
      "/%2e%2e/%2e%2e/etc/passwd",
      "/scripts/page/browser/../../../package.json",
      "/scripts/page/browser/%2e%2e/%2e%2e/%2e%2e/package.json",
      "/scripts/page/server.ts",
      "/scripts/run.mjs",
      "/node_modules/vite/package.json",
      "/node_modules/vite/dist/client/client.mjs",
    ];
    for (const path of paths) expect([path, (await ask(path)).status]).toEqual([path, 404]);
    expect((await ask("/scripts/page/browser/page.ts")).status).toBe(200);
    expect((await ask("/@vite/client")).text).not.toContain("WebSocket");
  });

  test("the suites, which would tell the answers, are not served", async () => {
    const [slug] = slugs;
    for (const path of [`/test/${slug}/starter/play.ts`, `/test/${slug}/wrong/`, "/test/support/stage.ts"]) {
      expect([path, (await ask(path)).status]).toEqual([path, 404]);
    }
  });
});

describe("what a page may do", () => {
  test("no script in the page's own text, and none from elsewhere", async () => {
    const [slug] = slugs;
    for (const path of ["/", `/${slug}/`, `/${slug}/lab/`, `/${slug}/compare/`]) {
      const { headers, text } = await ask(path);
      const policy = String(headers["content-security-policy"]);
      expect(policy).toMatch(/default-src 'none'; script-src 'self';/);
      expect(policy).not.toMatch(/script-src[^;]*(unsafe|\*|https?:)/);
      expect(text).not.toMatch(/<script(?![^>]*\bsrc="\/)/);
      expect(text).not.toMatch(/\son\w+="/);
      expect(text).not.toMatch(/(src|href)="(https?:)?\/\/[^"]*\.(js|css|svg|png|woff2?)"/);
    }
  });

  test("the code that the lab runs may load modules and nothing else", async () => {
    const { status, headers } = await ask("/scripts/lab/worker/worker.ts");
    expect(status).toBe(200);
    expect(headers["content-security-policy"]).toBe("default-src 'none'; script-src 'self'");
  });
});
