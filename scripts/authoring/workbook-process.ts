// A command that runs until it is stopped, `npm run service` or `npm start`, as a program that a test
// or a picture starts, listens to and stops.

import { type ChildProcess, spawn } from "node:child_process";
import path from "node:path";
import { workbookFolder } from "../compiling/compiled.mjs";

export class WorkbookProcess {
  readonly child: ChildProcess;
  readonly ended: Promise<number | null>;
  #printed = "";
  #onPrint: () => void = () => {};

  /** @param words The command and its arguments: ["service", "05"]. */
  constructor(words: string[], environment: Record<string, string>, folder: string = workbookFolder) {
    this.child = spawn(process.execPath, [path.join(folder, "scripts/run.mjs"), ...words], {
      cwd: folder,
      env: { ...cleanEnvironment(), ...environment },
      stdio: ["ignore", "pipe", "pipe"],
    });
    for (const stream of [this.child.stdout, this.child.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.#printed += text;
        this.#onPrint();
      });
    }
    this.ended = new Promise((resolve) => this.child.once("close", resolve));
  }

  /** Everything that it has printed so far. */
  get printed(): string {
    return this.#printed;
  }

  /** Resolves when it has printed that; rejects when it ends before. */
  prints(pattern: RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const look = () => {
        if (pattern.test(this.#printed)) resolve();
      };
      this.#onPrint = look;
      look();
      this.ended.then((code) =>
        reject(new Error(`it ended with ${code} and never printed ${pattern}:\n${this.#printed}`)),
      );
    });
  }

  /** @returns Its exit status. */
  stop(signal: NodeJS.Signals = "SIGTERM"): Promise<number | null> {
    this.child.kill(signal);
    return this.ended;
  }
}

/** The environment without what a test run and npm have put into it. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  const own = /^(npm_|VITEST|INIT_CWD|NODE_ENV|TEST$|NO_COLOR|FORCE_COLOR|CI$|NODE_OPTIONS)/i;
  return Object.fromEntries(Object.entries(process.env).filter(([name]) => !own.test(name)));
}
