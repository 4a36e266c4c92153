// npm start: the workbook in the browser, until Ctrl+C. `-- --no-open`: without opening one; PORT: where.

import { UsageError } from "../command-line/failures.ts";
import { readArguments } from "../command-line/options.ts";
import { print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { servePage } from "../page/server.ts";

const USUAL_PORT = 4321;

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { values, positionals } = readArguments(args, { "no-open": { type: "boolean" } });
    if (positionals.length > 0) throw new UsageError("npm start takes no lesson: the page shows all of them.");
    // Without `--` before it, npm keeps --no-open for itself, and leaves this.
    const opens = !values["no-open"] && process.env.npm_config_open !== "" && hasScreen();
    const url = await servePage({ port: portFrom(process.env.PORT), opens, tell });
    print(`The workbook is at ${terminal.accent(url)}  (Ctrl+C ends it)`);
    return await new Promise<never>(() => {});
  });
}

/** @throws {UsageError} Unless it is a port, or nothing. */
function portFrom(given: string | undefined): number {
  if (given === undefined || given === "") return USUAL_PORT;
  const port = Number(given);
  if (Number.isInteger(port) && port >= 0 && port <= 65_535) return port;
  throw new UsageError(
    `Expected \`PORT\` to be a whole number from 0 to 65535, got "${given}". 0 takes any that is free.`,
  );
}

/** Whether there is a browser to be opened: not over SSH, not in CI. */
function hasScreen(): boolean {
  const { platform, env } = process;
  if (env.CI) return false;
  return platform === "darwin" || platform === "win32" || Boolean(env.DISPLAY || env.WAYLAND_DISPLAY);
}
