// Starts a guarded process, listens to it, and sees to its end: whatever the learner's code does, one
// process group was started, and none is left.

import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { randomBytes } from "node:crypto";
import type { Readable } from "node:stream";
import type { Job, Message, WatchMessage } from "./protocol.ts";

/** What the parent tolerates of a process that has stopped talking, its watcher included. */
const MOST_SILENT_TICKS = 40;
/** The same until its first word: no learner code is loaded by then, and a busy machine starts it late. */
const MOST_SILENT_TICKS_AT_THE_START = 600;
const TICK_MS = 100;
/** Output that goes past the process's own bound, written to the descriptors themselves. */
const MOST_LOOSE_OUTPUT = 8_000_000;
/** Beyond the watcher's own limit, so that the watcher, which knows the line, comes first. */
const HEAP_MEGABYTES = 768;
/** Room for what lives briefly: with Node's 16 a large job's items are copied again and again, and look dear. */
const YOUNG_MEGABYTES = 32;
/** Garbage is collected by one thread: more of them wait for each other on a busy machine, and that counts as work. */
const ONE_COLLECTOR = "--single-threaded-gc";

/** How a guarded process came to its end, and all that it said before. */
export interface Run {
  messages: Message[];
  /** The watcher's last word, if it ended the process. */
  watched: WatchMessage | undefined;
  ending: "itself" | "silence" | "flood";
  exitCode: number | null;
  signal: string | null;
  /** Standard output and standard error that did not come by way of messages. */
  loose: string;
}

const living = new Set<ChildProcess>();
let isCleaningUp = false;

export class GuardedProcess {
  readonly #child: ChildProcess;
  readonly #secret = randomBytes(16).toString("hex");
  readonly #messages: Message[] = [];
  #watched: WatchMessage | undefined;
  #loose = "";
  #looseLength = 0;
  #silentTicks = 0;
  #ending: Run["ending"] = "itself";
  /** Hears every message as it comes. */
  onMessage: (message: Message) => void = () => {};

  /** Starts the process; it collects its suite and waits for its job. */
  constructor(entryFile: string) {
    const { NODE_OPTIONS: _options, NODE_V8_COVERAGE: _coverage, ...env } = process.env;
    const heap = [`--max-old-space-size=${HEAP_MEGABYTES}`, `--max-semi-space-size=${YOUNG_MEGABYTES}`, ONE_COLLECTOR];
    this.#child = spawn(process.execPath, [...heap, "--no-warnings", entryFile], {
      detached: process.platform !== "win32",
      stdio: ["pipe", "pipe", "pipe", "pipe", "pipe"],
      windowsHide: true,
      env,
    });
    living.add(this.#child);
    cleanUpAtExit();
    this.#child.stdin?.on("error", () => {});
    this.#listen();
  }

  /** Gives the process its job and waits for its end. */
  async run(job: Omit<Job, "secret">): Promise<Run> {
    const ended = new Promise<{ exitCode: number | null; signal: string | null }>((resolve, reject) => {
      this.#child.once("error", reject);
      const done = () => resolve({ exitCode: this.#child.exitCode, signal: this.#child.signalCode });
      if (this.#child.exitCode !== null || this.#child.signalCode !== null) setImmediate(done);
      else this.#child.once("close", done);
    });
    this.#child.stdin?.end(`${JSON.stringify({ ...job, secret: this.#secret } satisfies Job)}\n`);
    const patience = setInterval(() => this.#tick(), TICK_MS);
    try {
      const end = await ended;
      return { messages: this.#messages, watched: this.#watched, ending: this.#ending, loose: this.#loose, ...end };
    } finally {
      clearInterval(patience);
      this.end();
    }
  }

  /** Ends the process and everything that it started. */
  end(): void {
    living.delete(this.#child);
    killGroup(this.#child);
  }

  #tick(): void {
    this.#silentTicks += 1;
    const most = this.#messages.length > 0 ? MOST_SILENT_TICKS : MOST_SILENT_TICKS_AT_THE_START;
    if (this.#silentTicks > most) this.#stop("silence");
  }

  #stop(ending: Run["ending"]): void {
    this.#ending = ending;
    killGroup(this.#child);
    // A grandchild of a foreign group may hold the pipes open: they are not waited for.
    for (const stream of this.#child.stdio) stream?.destroy();
  }

  #listen(): void {
    const [, stdout, stderr, results, watch] = this.#child.stdio as Readable[];
    eachLine(results, (line) => {
      this.#silentTicks = 0;
      // What does not know the secret comes from the learner's code.
      if (!line.startsWith(this.#secret)) return;
      const message = JSON.parse(line.slice(this.#secret.length)) as Message;
      this.#messages.push(message);
      this.onMessage(message);
    });
    eachLine(watch, (line) => {
      this.#silentTicks = 0;
      const message = parsed(line);
      if (message && message.kind !== "alive") this.#watched = message;
    });
    for (const stream of [stdout, stderr]) {
      stream?.setEncoding("utf8");
      stream?.on("data", (text: string) => {
        this.#looseLength += text.length;
        if (this.#loose.length < 20_000) this.#loose += text;
        if (this.#looseLength > MOST_LOOSE_OUTPUT) this.#stop("flood");
      });
    }
    this.#child.once("exit", () => {
      // The process is gone; what it started may hold its pipes.
      killGroup(this.#child);
      setTimeout(() => {
        for (const stream of this.#child.stdio) stream?.destroy();
      }, 200).unref();
    });
  }
}

function eachLine(stream: Readable | undefined, take: (line: string) => void): void {
  let rest = "";
  stream?.setEncoding("utf8");
  stream?.on("data", (text: string) => {
    const lines = (rest + text).split("\n");
    rest = lines.pop() ?? "";
    for (const line of lines) take(line);
  });
  stream?.on("error", () => {});
}

function parsed(line: string): WatchMessage | undefined {
  try {
    return JSON.parse(line) as WatchMessage;
  } catch {
    return undefined;
  }
}

function killGroup(child: ChildProcess): void {
  if (child.pid === undefined) return;
  if (process.platform === "win32") {
    if (child.exitCode === null) spawnSync("taskkill", ["/pid", String(child.pid), "/T", "/F"], { windowsHide: true });
    return;
  }
  try {
    process.kill(-child.pid, "SIGKILL");
  } catch {
    // The group is gone already.
  }
}

/** Ctrl+C and every other end of the grader end what it started. */
function cleanUpAtExit(): void {
  if (isCleaningUp) return;
  isCleaningUp = true;
  process.on("exit", () => {
    for (const child of living) killGroup(child);
  });
  for (const [signal, number] of [
    ["SIGINT", 2],
    ["SIGTERM", 15],
    ["SIGHUP", 1],
  ] as const) {
    process.on(signal, () => process.exit(128 + number));
  }
}
