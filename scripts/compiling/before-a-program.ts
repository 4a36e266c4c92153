// Runs before a lesson's program: one that comes to a part that is not written yet ends with a sentence
// instead of a stack, and a service ends in its own way when the command that started it is gone.

import path from "node:path";

process.on("uncaughtException", (error: unknown) => {
  const { message = "", stack = "" } = (error ?? {}) as Partial<Error>;
  if (message.startsWith("Not written yet")) {
    const [, file, line] = /\(?((?:\/|[A-Za-z]:\\|file:).+?\.ts):(\d+)/.exec(stack) ?? [];
    const place = file === undefined ? "" : ` (${path.relative(process.cwd(), file)}:${line})`;
    console.error(`${message}${place}. Write it first, or run the reference with \`-- --solution\`.`);
    process.exit(1);
  }
  // `npm run play … | head` closes the pipe: no reason to complain.
  if ((error as NodeJS.ErrnoException | null)?.code === "EPIPE") process.exit(0);
  // The program's own handler, where it has one, comes after this one.
  if (process.listenerCount("uncaughtException") > 1) return;
  console.error(error);
  process.exit(1);
});

process.channel?.unref();
process.once("disconnect", () => process.kill(process.pid, "SIGTERM"));
