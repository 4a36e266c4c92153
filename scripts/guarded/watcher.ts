// A thread of the guarded process. It sees what the main thread cannot say of itself: that it never
// yields (and at which line), that the memory runs out, that the grader is gone. Each of these ends
// the process.

import { writeSync } from "node:fs";
import { Session } from "node:inspector";
import { workerData } from "node:worker_threads";
import { type Place, WATCH_FD, type WatchMessage } from "../grading/protocol.ts";

/** What the main thread shares: [0] its heartbeat, [1] whether learner code may run by now, [2] the number of the check; and the folder of its compiled files. */
const { shared, folderSlot } = workerData as { shared: Int32Array; folderSlot: Uint8Array };

const TICK_MS = 20;
/** Processor time without a heartbeat: an endless loop. Not wall time: a busy machine makes no loop. */
const BUSY_MS = 600;
/** Ticks without a heartbeat and without work: it waits and blocks. One that works is slow, on a busy machine. */
const MOST_SILENT_TICKS = 1600 / TICK_MS;
/** Memory above what the process had when learner code was loaded. */
const MOST_MEGABYTES = 360;
/** Processor time of one check: beyond it the code yields, and still comes to no end. */
const MOST_BUSY_IN_A_CHECK_MS = 6000;
/** Ticks in a row without work, in one check: virtual time makes every wait short, so nothing will come. */
const MOST_IDLE_TICKS = 1500 / TICK_MS;
/** Less processor time than this in a tick is no work. */
const IDLE_MS = 2;
const ALIVE_EVERY_TICKS = 10;
/** What the search for the learner's line may take: processor time, and ticks without work. */
const MOST_SEARCH_MS = 250;
const MOST_IDLE_SEARCH_TICKS = 12;
const MOST_STEPS = 200;

const parent = process.ppid;
let lastBeat = -1;
let busyAtBeatMs = 0;
let silentTicks = 0;
let ticks = 0;
let firstMegabytes = 0;
let lastCheck = -1;
let busyAtCheckMs = 0;
let busyAtTickMs = 0;
let idleTicks = 0;
let isOver = false;
let giveUpSearch = (): void => {};
let busyAtSearchMs = 0;
let idleSearchTicks = 0;

setInterval(() => {
  ticks += 1;
  if (process.ppid !== parent) die();
  if (isOver) return search();
  if (ticks % ALIVE_EVERY_TICKS === 0) tell({ kind: "alive" });
  const isGuarding = Atomics.load(shared, 1) === 1;
  const usedMegabytes = process.memoryUsage.rss() / 1e6;
  if (!isGuarding) firstMegabytes = usedMegabytes;
  const megabytes = Math.round(usedMegabytes - firstMegabytes);
  if (megabytes > MOST_MEGABYTES) end((places) => ({ kind: "memory", megabytes, places }));

  const busy = busyMs();
  const isIdle = busy - busyAtTickMs < IDLE_MS;
  const beat = Atomics.load(shared, 0);
  if (!isGuarding || beat !== lastBeat) {
    lastBeat = beat;
    busyAtBeatMs = busy;
    silentTicks = 0;
  } else {
    if (isIdle) silentTicks += 1;
    const loops = busy - busyAtBeatMs > BUSY_MS;
    if (loops || silentTicks > MOST_SILENT_TICKS)
      end((places) => ({ kind: "blocked", busy: loops, megabytes, places }));
  }

  const check = Atomics.load(shared, 2);
  idleTicks = isGuarding && isIdle && check === lastCheck ? idleTicks + 1 : 0;
  if (!isGuarding || check !== lastCheck) busyAtCheckMs = busy;
  if (idleTicks > MOST_IDLE_TICKS) end((places) => ({ kind: "idle", places }));
  else if (busy - busyAtCheckMs > MOST_BUSY_IN_A_CHECK_MS) end((places) => ({ kind: "endless", places }));
  lastCheck = check;
  busyAtTickMs = busy;
}, TICK_MS);

/** Says what it is, with the learner's line where the main thread can be stopped at one, and ends the process. */
function end(message: (places: Place[]) => WatchMessage): void {
  if (isOver) return;
  isOver = true;
  const finish = (places: Place[]) => {
    tell(message(places));
    die();
  };
  giveUpSearch = () => finish([]);
  busyAtSearchMs = busyMs();
  try {
    pauseMainThread(finish);
  } catch {
    // Without a debugger there is no line; the rest is known all the same.
  }
}

/** A tick of the search. One that works is slow, on a busy machine. */
function search(): void {
  const busy = busyMs();
  if (busy - busyAtTickMs < IDLE_MS) idleSearchTicks += 1;
  if (idleSearchTicks > MOST_IDLE_SEARCH_TICKS || busy - busyAtSearchMs > MOST_SEARCH_MS) giveUpSearch();
  busyAtTickMs = busy;
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
