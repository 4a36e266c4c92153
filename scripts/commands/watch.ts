// npm run watch 04: grades on every save (none: the first lesson not yet passed; goes on to the next when it is).

import { EXIT } from "../command-line/failures.ts";
import { oneTarget, readArguments } from "../command-line/options.ts";
import { print, tell, terminal, withClearEnds } from "../command-line/output.ts";
import { readProgress } from "../learner/state.ts";
import { nextLesson } from "../presenting/views.ts";
import { WatchSession } from "../watching/session.ts";

const CLEAR = "\u001B[2J\u001B[3J\u001B[H";

export function run(args: string[]): Promise<number> {
  return withClearEnds(async () => {
    const { positionals } = readArguments(args, {});
    const goesOn = positionals.length === 0;
    const lesson = goesOn ? nextLesson(readProgress(tell)) : oneTarget(positionals, "watch").lesson;
    if (!lesson) {
      print("Every lesson is passed. To watch one all the same: npm run watch 01");
      return EXIT.fine;
    }
    const isScreen = process.stdout.isTTY === true;
    const hasKeys = isScreen && process.stdin.isTTY === true;
    const draw = (screen: string) => void process.stdout.write(isScreen ? `${CLEAR}${screen}\n` : `${screen}\n\n`);
    const session = new WatchSession(lesson, { goesOn, draw, terminal, hasKeys });
    const quit = hasKeys ? untilQuit(session) : new Promise<never>(() => {});
    await Promise.race([session.start().then(() => new Promise<never>(() => {})), quit]);
    await session.end();
    return EXIT.fine;
  });
}

/** Reads keys until one means to quit. */
function untilQuit(session: WatchSession): Promise<void> {
  const { stdin } = process;
  stdin.setRawMode(true);
  stdin.setEncoding("utf8");
  return new Promise<void>((resolve, reject) => {
    stdin.on("data", (keys: string) => {
      if (keys === "\u0003") process.kill(process.pid, "SIGINT");
      session.press(keys.toLowerCase()).then((goesOn) => {
        if (!goesOn) resolve();
      }, reject);
    });
    process.once("exit", () => stdin.setRawMode(false));
  }).then(() => {
    stdin.setRawMode(false);
    stdin.pause();
  });
}
