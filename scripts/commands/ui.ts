// npm run ui 04: the lesson's suite in Vitest's own UI.

import { spawn } from "node:child_process";
import { vitestProgram } from "../authoring/vitest-program.ts";
import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { tell, withClearEnds } from "../command-line/output.ts";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { positionals } = readArguments(args, {});
    const { lesson } = oneTarget(positionals, "ui");
    const { file, config } = vitestProgram();
    tell(
      `Vitest's UI shows the source of the suite that grades lesson ${lesson.number}, hidden otherwise. ` +
        "It grades without the guards of `npm run check`: an endless loop hangs it. Ctrl+C ends it.",
    );
    const argv = [
      file,
      "--ui",
      "--watch",
      "--open=false",
      "--api.host=127.0.0.1",
      `--config=${config}`,
      `test/${lesson.slug}/`,
    ];
    const child = spawn(process.execPath, argv, { stdio: "inherit" });
    process.on("SIGINT", () => {});
    return await new Promise<number>((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code) => resolve(code ? EXIT.workbook : EXIT.fine));
    });
  });
}
