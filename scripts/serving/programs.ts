// Programs that run until they are told to stop.

import { type ChildProcess, spawn } from "node:child_process";

/**
 * Runs `file` in the terminal's place until it ends. A signal that ends this process is handed on, so
 * that the program ends in its own way, and this one with it.
 *
 * @returns Its exit status; null where a signal ended it.
 */
export function serve(file: string, words: string[], environment: Record<string, string>): Promise<number | null> {
  const child = spawn(process.execPath, ["--enable-source-maps", "--no-warnings", file, ...words], {
    // The channel tells the program when this process is gone, however it went.
    stdio: ["inherit", "inherit", "inherit", "ipc"],
    env: { ...process.env, ...environment },
  });
  const terminate = () => child.kill("SIGTERM");
  // Ctrl+C reaches the program by itself: the terminal tells all that run in it.
  const interrupt = () => {
    if (!process.stdin.isTTY) child.kill("SIGINT");
  };
  process.on("SIGTERM", terminate);
  process.on("SIGINT", interrupt);
  return new Promise((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => {
      process.off("SIGTERM", terminate);
      process.off("SIGINT", interrupt);
      resolve(code);
    });
  });
}

/** A program that ends when this process does, however this process ends: it watches the channel to it. */
export function startBeside(file: string, words: string[]): ChildProcess {
  return spawn(process.execPath, ["--enable-source-maps", "--no-warnings", file, ...words], {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
}
