// The Dockerfile and the compose file, as far as they can be checked without a Docker engine: hadolint's
// rules that matter here, by hand, and the very command that a container starts.

import { spawn } from "node:child_process";
import { cpSync, existsSync, readFileSync } from "node:fs";
import path from "node:path";
import { describe, expect, test } from "vitest";
import { parse } from "yaml";
import { cleanEnvironment } from "../../scripts/authoring/workbook-process.ts";
import { workbookFolder } from "../../scripts/compiling/compiled.mjs";
import { freePort } from "./free-port.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const inContainers = (file: string) => path.join(workbookFolder, "scripts/containers", file);
const instructions = readFileSync(inContainers("Dockerfile"), "utf8")
  .replace(/^#.*\n/gm, "")
  .replace(/\\\n\s*/g, " ")
  .split("\n")
  .filter((line) => line.trim() !== "")
  .map((line) => ({ name: line.slice(0, line.indexOf(" ")), rest: line.slice(line.indexOf(" ") + 1).trim() }));
const all = (name: string) => instructions.flatMap((one) => (one.name === name ? [one.rest] : []));

interface ComposeService {
  command: string[];
  ports?: string[];
  build: { context: string; dockerfile: string };
  network_mode?: string;
  depends_on?: Record<string, unknown>;
  stop_grace_period: string;
}
const { services } = parse(readFileSync(inContainers("compose.yaml"), "utf8"), { merge: true }) as {
  services: Record<string, ComposeService>;
};

describe("the Dockerfile", () => {
  test("names its base with an exact version (DL3006, DL3007), and no other stage", () => {
    expect(all("FROM")).toEqual([expect.stringMatching(/^node:\d+\.\d+\.\d+-\w+-slim$/)]);
  });

  test("has an absolute WORKDIR (DL3000) and a last USER that is not root (DL3002)", () => {
    for (const folder of all("WORKDIR")) expect(folder).toMatch(/^\//);
    expect(all("USER").at(-1)).toBe("node");
  });

  test("copies with COPY (DL3020) what is there, and installs by the lockfile", () => {
    expect(all("ADD")).toEqual([]);
    for (const copy of all("COPY")) {
      const sources = copy.split(" ").filter((word) => !word.startsWith("--"));
      for (const source of sources.slice(0, -1))
        expect(existsSync(path.join(workbookFolder, source)), source).toBe(true);
    }
    expect(all("RUN").join("\n")).toMatch(/npm ci --omit=dev/);
    expect(all("RUN").join("\n")).not.toMatch(/sudo|\bcd\b|npm install/);
  });

  test("starts with one ENTRYPOINT and one CMD in JSON form (DL3025, DL4003, DL4004), without npm or a shell between", () => {
    expect(all("ENTRYPOINT").map((line) => JSON.parse(line))).toEqual([["node", "scripts/run.mjs", "service"]]);
    expect(all("CMD").map((line) => JSON.parse(line))).toEqual([["05"]]);
    expect(all("HEALTHCHECK")).toHaveLength(1);
    expect(all("EXPOSE")).toEqual(["8000"]);
  });

  test("takes no packages and no history of this machine with it", () => {
    const ignored = readFileSync(inContainers("Dockerfile.dockerignore"), "utf8").split("\n");
    expect(ignored).toEqual(expect.arrayContaining(["**/node_modules", ".git", ".workbook"]));
  });
});

describe("the compose file", () => {
  test("builds from the workbook's folder, publishes on loopback only, and leaves time to stop", () => {
    for (const [name, { build, ports = [], stop_grace_period }] of Object.entries(services)) {
      expect(existsSync(path.resolve(inContainers(build.context), "package.json")), name).toBe(true);
      expect(existsSync(path.resolve(inContainers(build.context), build.dockerfile)), name).toBe(true);
      for (const port of ports) expect(port).toMatch(/^127\.0\.0\.1:\d+:8000$/);
      expect(Number.parseInt(stop_grace_period, 10)).toBeGreaterThan(10);
    }
    expect(new Set(Object.values(services).flatMap(({ ports = [] }) => ports)).size).toBe(2);
  });

  test("the worker shares the loopback of the server, on which the embedded queue listens", () => {
    expect(services.worker?.network_mode).toBe("service:messages");
    expect(Object.keys(services.worker?.depends_on ?? {})).toEqual(["messages"]);
  });
});

/** What a container is started with: the environment of the Dockerfile, on this machine's loopback and a free port. */
async function containerEnvironment(): Promise<NodeJS.ProcessEnv> {
  const pairs = all("ENV").flatMap((line) => line.split(" ").map((pair) => pair.split("=")));
  return { ...cleanEnvironment(), ...Object.fromEntries(pairs), HOST: "127.0.0.1", PORT: String(await freePort()) };
}

test("the very start command serves, answers the health check, and ends with 0 at SIGTERM", async () => {
  const book = new WorkbookCopy();
  cpSync(book.path("solutions/05-task-service"), book.path("exercises/05-task-service"), { recursive: true });
  const [command = "", ...words] = [...all("ENTRYPOINT"), ...all("CMD")].flatMap(
    (line) => JSON.parse(line) as string[],
  );
  const environment = await containerEnvironment();
  const child = spawn(command === "node" ? process.execPath : command, words, {
    cwd: book.folder,
    env: environment,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const ended = new Promise<number | null>((resolve) => child.once("close", resolve));
  try {
    await new Promise<void>((resolve, reject) => {
      child.stdout.once("data", () => resolve());
      child.once("close", (code) => reject(new Error(`it ended with ${code} before it served`)));
    });
    const url = `http://127.0.0.1:${environment.PORT}`;
    expect(await (await fetch(`${url}/health`)).json()).toEqual({ status: "ok" });
    const [, check = ""] = /CMD (\[.*\])$/.exec(all("HEALTHCHECK")[0] ?? "") ?? [];
    const [, ...checkWords] = JSON.parse(check) as string[];
    const checking = spawn(process.execPath, checkWords, { env: environment, stdio: "inherit" });
    expect(await new Promise((resolve) => checking.once("close", resolve))).toBe(0);
  } finally {
    child.kill("SIGTERM");
  }
  expect(await ended).toBe(0);
});
