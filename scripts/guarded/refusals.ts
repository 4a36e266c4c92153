// What no exercise needs and an accident could do: start programs, change files, end the process or
// another one. Each is refused with a sentence, or told before it happens.

import { createRequire, syncBuiltinESMExports } from "node:module";
import { tell } from "./channel.ts";

type Loose = Record<string, unknown>;

const require = createRequire(import.meta.url);

const STARTING_PROGRAMS = ["spawn", "spawnSync", "exec", "execSync", "execFile", "execFileSync", "fork"];
const CHANGING_FILES = [
  "appendFile",
  "chmod",
  "chown",
  "copyFile",
  "cp",
  "createWriteStream",
  "fchmod",
  "fchown",
  "ftruncate",
  "futimes",
  "lchown",
  "link",
  "lutimes",
  "mkdir",
  "mkdtemp",
  "rename",
  "rm",
  "rmdir",
  "symlink",
  "truncate",
  "unlink",
  "utimes",
  "write",
  "writeFile",
  "writev",
];

/** Real, for the process's own good end. */
export const exitForReal: (code: number) => never = process.exit.bind(process);

export function refuseHarm(): void {
  const childProcess = require("node:child_process") as Loose;
  for (const name of STARTING_PROGRAMS) childProcess[name] = refusal(`${name}: the checks run no other program`);
  const fs = require("node:fs") as Loose & { promises: Loose };
  for (const name of CHANGING_FILES) {
    for (const holder of [fs, fs.promises]) {
      for (const variant of [name, `${name}Sync`]) {
        if (variant in holder) holder[variant] = refusal(`${variant}: the checks change no files`);
      }
    }
  }
  for (const [holder, name] of [
    [fs, "open"],
    [fs, "openSync"],
    [fs.promises, "open"],
  ] as const) {
    const open = holder[name] as (...args: unknown[]) => unknown;
    holder[name] = (...args: unknown[]) => {
      const flags = typeof args[1] === "function" ? undefined : args[1];
      if (flags !== undefined && flags !== "r" && flags !== 0)
        throw new Error(`Refused: ${name}: the checks change no files.`);
      return open(...args);
    };
  }
  syncBuiltinESMExports();
  tellExits();
}

function tellExits(): void {
  const kill = process.kill.bind(process);
  const abort = process.abort.bind(process);
  const told = (how: string): void => tell({ kind: "exits", how, stack: new Error().stack ?? "" });
  Object.assign(process, {
    exit: (code?: number) => {
      told(`process.exit(${code ?? ""})`);
      exitForReal(code ?? 0);
    },
    abort: () => {
      told("process.abort()");
      abort();
    },
    kill: (pid: number, signal?: string | number) => {
      if (Number(pid) !== process.pid) throw new Error("process.kill: the checks end no other process");
      if (signal !== 0) told(`process.kill(process.pid${signal === undefined ? "" : `, '${signal}'`})`);
      return kill(pid, signal);
    },
  });
}

function refusal(sentence: string): () => never {
  return () => {
    throw new Error(`Refused: ${sentence}.`);
  };
}
