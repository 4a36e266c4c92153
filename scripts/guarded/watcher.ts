// A thread of the guarded process. It sees what the main thread cannot say of itself: that it never
// yields (and at which line), that the memory runs out, that the grader is gone. Each of these ends
// the process.

import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { workerData } from "node:worker_threads";
import { type Place, WATCH_FD, type WatchMessage } from "../grading/protocol.ts";

/** What the main thread shares: [0] its heartbeat, [1] whether learner code may run by now; and the folder of its compiled files. */
const { shared, folderSlot } = workerData as { shared: Int32Array; folderSlot: Uint8Array };

const TICK_MS = 20;
/** Processor time without a heartbeat: an endless loop. Not wall time: a busy machine makes no loop. */
const BUSY_MS = 800;
/** Ticks of this thread without a heartbeat of the other, whatever it does: it waits and blocks. */
const MOST_SILENT_TICKS = 1600 / TICK_MS;
/** Memory above what the process had when learner code was loaded. */
const MOST_MEGABYTES = 320;
const ALIVE_EVERY_TICKS = 10;
/** How long the search for the learner's line may take. */
const SEARCH_MS = 400;
const MOST_STEPS = 200;

const parent = process.ppid;
let lastBeat = -1;
let busyAtBeatMs = 0;
let silentTicks = 0;
let ticks = 0;
let firstMegabytes = 0;
let isOver = false;

setInterval(() => {
  ticks += 1;
  if (process.ppid !== parent) die();
  if (isOver) return;
  if (ticks % ALIVE_EVERY_TICKS === 0) tell({ kind: "alive" });
  const beat = Atomics.load(shared, 0);
  const isGuarding = Atomics.load(shared, 1) === 1;
  if (!isGuarding || beat !== lastBeat) {
    lastBeat = beat;
    busyAtBeatMs = busyMs();
    silentTicks = 0;
  } else {
    silentTicks += 1;
    const busy = busyMs() - busyAtBeatMs > BUSY_MS;
    if (busy || silentTicks > MOST_SILENT_TICKS) end((places) => ({ kind: "blocked", busy, places }));
  }
  const megabytes = process.memoryUsage.rss() / 1e6;
  if (!isGuarding) firstMegabytes = megabytes;
  else if (megabytes - firstMegabytes > MOST_MEGABYTES) {
    end((places) => ({ kind: "memory", megabytes: Math.round(megabytes), places }));
  }
}, TICK_MS);

/** Says what it is, with the learner's line where the main thread can be stopped at one, and ends the process. */
function end(message: (places: Place[]) => WatchMessage): void {
  if (isOver) return;
  isOver = true;
  const finish = (places: Place[]) => {
    tell(message(places));
    die();
  };
  setTimeout(() => finish([]), SEARCH_MS);
  try {
    pauseMainThread(finish);
  } catch {
    // Without a debugger there is no line; the rest is known all the same.
  }
}

function pauseMainThread(found: (places: Place[]) => void): void {
  const session = new Session();
  session.connectToMainThread();
  const urls = new Map<string, string>();
  let steps = 0;
  session.on("Debugger.scriptParsed", ({ params }) => urls.set(params.scriptId, params.url));
  session.on("Debugger.paused", ({ params }) => {
    const places = params.callFrames.map((frame) => ({
      url: frame.url || (urls.get(frame.location.scriptId) ?? ""),
      line: frame.location.lineNumber + 1,
      column: (frame.location.columnNumber ?? 0) + 1,
      in: frame.functionName || undefined,
    }));
    const learner = new TextDecoder().decode(folderSlot).replace(/\0+$/, "");
    const isInLearnersCode = places.some((place) => place.url.includes(learner));
    // Paused in Node's own code: on, until the learner's comes round again.
    if (!isInLearnersCode && steps++ < MOST_STEPS) session.post("Debugger.stepInto");
    else found(places);
  });
  session.post("Debugger.enable");
  session.post("Debugger.pause");
}

function tell(message: WatchMessage): void {
  try {
    writeSync(WATCH_FD, `${JSON.stringify(message)}\n`);
  } catch {
    die();
  }
}

function die(): never {
  try {
    // The whole group, with whatever the learner's code has started.
    if (process.platform !== "win32") process.kill(-process.pid, "SIGKILL");
  } catch {
    // Not the leader of a group: this process alone, then.
  }
  process.kill(process.pid, "SIGKILL");
  throw new Error("unreachable");
}

function busyMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
