// The worker of one run: loads the lab and the lesson's files, the learner's or the reference's, after time
// has become virtual, and plays the lab on them. The page starts a fresh one for each run, and can end it.

import { everyRealMs } from "./turns.ts";
import "./virtual-time.ts";
import "./process.ts";
import type { Lab } from "../lab.ts";
import { doesNotLoad, type Problem, thrown } from "../problem.ts";
import { runLab } from "../run.ts";
import type { Job, Told } from "./protocol.ts";
import { clock } from "./virtual-time.ts";

/** Real time. Code that goes round for long, and lets go in between, is not stopped as one that never does. */
const ALIVE_EVERY_MS = 200;

interface WorkerScope {
  onmessage: ((event: { readonly data: Job }) => void) | null;
  postMessage(told: Told): void;
}

const page = globalThis as unknown as WorkerScope;
// Learner code may have a function of that name.
const tell = page.postMessage.bind(page);

page.onmessage = async ({ data: job }) => {
  page.onmessage = null;
  const fail = (problem: Problem) => tell({ kind: "ended", durationMs: 0, problem });
  try {
    const { lab } = await load<{ lab: Lab<unknown> }>(job.lab);
    const given = await allExports(job.files, lab.files).catch((error) => fail(doesNotLoad(error)));
    if (given) await play(lab, given, job);
  } catch (error) {
    fail(thrown(error, 0));
  }
};

async function play(lab: Lab<unknown>, given: Record<string, unknown>, job: Job): Promise<void> {
  tell({ kind: "loaded" });
  everyRealMs(() => tell({ kind: "alive" }), ALIVE_EVERY_MS);
  const {
    durationMs,
    problem,
    problemKind = "failed",
  } = await runLab(lab, given, job, clock, (heartbeat) => tell({ kind: "heartbeat", heartbeat }));
  tell({ kind: "ended", durationMs, problem: problem === null ? null : { text: problem, kind: problemKind } });
}

/** The exports of the lesson's files, as one object. */
async function allExports(folder: string, files: readonly string[]): Promise<Record<string, unknown>> {
  const modules = await Promise.all(files.map((file) => load<Record<string, unknown>>(`${folder}${file}`)));
  return Object.assign({}, ...modules);
}

/** A template, not the bare variable: Vite would put its own client before it, which is not there. */
function load<Module>(url: string): Promise<Module> {
  return import(/* @vite-ignore */ `${url}`) as Promise<Module>;
}
