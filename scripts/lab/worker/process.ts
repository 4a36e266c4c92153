// The `process` of learner code in the worker: as much of Node's as code in a lesson asks for. And Node's
// other globals that a browser does not have.

import { virtualHrtime } from "../../../test/support/virtual-time/portable.ts";
import { Buffer } from "./buffer.ts";
import { clock } from "./virtual-time.ts";

const print = (text: unknown) => {
  console.log(String(text).replace(/\n$/, ""));
  return true;
};

const nobodyListens = () => processOfTheLab;

const processOfTheLab = {
  argv: ["node", "lab"],
  env: {} as Record<string, string | undefined>,
  platform: "browser",
  pid: 1,
  versions: {},
  exitCode: undefined as number | undefined,
  hrtime: virtualHrtime(clock),
  uptime: () => clock.nowMs / 1000,
  nextTick: (callback: (...values: unknown[]) => void, ...values: unknown[]) =>
    queueMicrotask(() => callback(...values)),
  emitWarning: (warning: unknown) => console.warn(String(warning)),
  cwd: () => "/",
  memoryUsage: () => ({ rss: 0, heapTotal: 0, heapUsed: 0, external: 0, arrayBuffers: 0 }),
  stdout: { write: print, isTTY: false },
  stderr: { write: print, isTTY: false },
  // There is no signal and no end of the process to be told of.
  on: nobodyListens,
  once: nobodyListens,
  off: nobodyListens,
  exit: (code = 0): never => {
    throw new Error(`process.exit(${code}) was called, and ends nothing but your program`);
  },
};

Object.assign(globalThis, { process: processOfTheLab, global: globalThis, Buffer });

export default processOfTheLab;
