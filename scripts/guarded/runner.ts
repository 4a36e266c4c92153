// Runs a lesson's suite on Vitest's own runner, and tells the grader each step of it.

import {
  type File,
  startTests,
  type Task,
  type Test,
  type VitestRunner,
  type VitestRunnerConfig,
} from "@vitest/runner";
import { isNotWritten } from "../../test/support/failure.ts";
import { type Announced, isOf, replay } from "../../test/support/schedules/replay.ts";
import { scheduleShown, timeline } from "../../test/support/stage.ts";
import { realPause } from "../../test/support/virtual-time/clock.ts";
import { clock } from "../../test/support/virtual-time/install.ts";
import type { Job, ToldError } from "../grading/protocol.ts";
import { receiveJob, tell, tellWithTheNext } from "./channel.ts";
import { watchIntrinsics } from "./intrinsics.ts";
import { loadLearnerModule } from "./learner-modules.ts";
import { beginPrinting, capturePrinted } from "./printed.ts";
import { exitForReal, refuseHarm } from "./refusals.ts";
import { told } from "./told.ts";
import { beginBudget, guardFromNowOn, startWatcher } from "./watched.ts";

export type SuiteLoader = () => Promise<unknown>;

/** No check waits in real time; what never yields is the watcher's. */
const TEST_TIMEOUT_MS = 60_000;
/**
 * Reading a file takes real time, on a busy machine more of it. A file whose top-level `await` has not
 * ended after so many rounds of 5 real milliseconds and a virtual second each never ends.
 */
const MOST_LOAD_ROUNDS = 200;
/** Real time for rejections and exits that come after the last check. */
const LAST_PAUSE_MS = 10;
/** A plain tool, taken before learner code could replace it. */
const byTask = (task: Task, visit: (test: Test) => void): void => {
  if (task.type === "test") visit(task);
  else for (const child of task.tasks) byTask(child, visit);
};

export async function runSuites(suites: Record<string, SuiteLoader>, watcherFile: URL): Promise<void> {
  const numbers = new Map<Test, number>();
  let replaced: () => string[] = () => [];

  const runner: VitestRunner = {
    config: configOfRunner(),
    importFile: (file) => suites[file]?.(),
    onCollected: async (files) => {
      const broken = files.find((file) => file.result?.errors);
      const checks = files
        .flatMap((file) => testsOf(file))
        .map((test, number) => {
          numbers.set(test, number);
          return { task: test.suite?.name ?? "", name: test.name, schedules: schedulesOf(test) };
        });
      // Not before: until then it would only compete with the loading of the suite.
      startWatcher(watcherFile);
      const job = await receiveJob();
      if (broken) return tell({ kind: "suite-broken", message: broken.result?.errors?.[0]?.stack ?? broken.filepath });
      tell({ kind: "collected", checks });
      replay.code = job.replay ?? undefined;
      leaveOut(files, job);
      replaced = watchIntrinsics();
      refuseHarm();
      capturePrinted(exitForReal);
      await loadLearner(job);
    },
    onBeforeRunTask: (test) => {
      beginPrinting();
      beginBudget();
      tell({ kind: "begun", check: numbers.get(test) ?? -1 });
    },
    onAfterRunTask: (test) => {
      if (test.mode !== "run") return;
      const errors = (test.result?.errors ?? []).map((error) => told(error, isNotWritten(error)));
      const tampered = replaced();
      if (tampered.length > 0) errors.unshift(tamperedError(tampered));
      const passed = test.result?.state === "pass" && errors.length === 0 && !test.fails;
      const check = numbers.get(test) ?? -1;
      tellWithTheNext({ kind: "done", check, passed, errors, timeline: timeline(), schedule: scheduleShown() });
    },
  };

  await startTests(Object.keys(suites), runner);
  await realPause(LAST_PAUSE_MS);
  tell({ kind: "ended" });
}

function configOfRunner(): VitestRunnerConfig {
  return {
    root: process.cwd(),
    setupFiles: [],
    name: undefined,
    passWithNoTests: false,
    testNamePattern: undefined,
    allowOnly: false,
    sequence: { seed: 1, hooks: "stack", setupFiles: "parallel" },
    chaiConfig: undefined,
    maxConcurrency: 1,
    testTimeout: TEST_TIMEOUT_MS,
    hookTimeout: TEST_TIMEOUT_MS,
    retry: 0,
    includeTaskLocation: false,
    tags: [],
    tagsFilter: undefined,
    strictTags: false,
  };
}

function testsOf(file: File): Test[] {
  const tests: Test[] = [];
  byTask(file, (test) => tests.push(test));
  return tests;
}

/** What the test explores, where it is over schedules. */
function schedulesOf(test: Test): Announced | undefined {
  return (test.meta as { schedules?: Announced }).schedules;
}

function leaveOut(files: File[], { tasks, replay: code }: Job): void {
  const isWanted = (test: Test) =>
    (tasks?.includes(test.suite?.name ?? "") ?? true) && (code === null || isOf(code, schedulesOf(test)));
  for (const file of files) {
    byTask(file, (test) => {
      if (!isWanted(test)) test.mode = "skip";
    });
  }
}

/** Loads the learner's modules on the virtual clock; a load that fails ends the process. */
async function loadLearner(job: Job): Promise<void> {
  const [anyFile = ""] = Object.values(job.files);
  guardFromNowOn(anyFile.slice(0, anyFile.lastIndexOf("/")));
  tell({ kind: "loading" });
  for (const [file, url] of Object.entries(job.files)) {
    let failure: { error: ToldError; neverEnds: boolean } | undefined;
    let isOver = false;
    loadLearnerModule(file, url).then(
      () => {
        isOver = true;
      },
      (error) => {
        isOver = true;
        failure = { error: told(error, isNotWritten(error)), neverEnds: false };
      },
    );
    for (let round = 0; !isOver && round < MOST_LOAD_ROUNDS; round++) {
      await clock.advance(1000);
      if (!isOver) await realPause(5);
    }
    if (!isOver) failure = { error: told(new Error("never loads"), false), neverEnds: true };
    if (failure) {
      tell({ kind: "load-failed", file, ...failure });
      exitForReal(0);
    }
  }
}

function tamperedError(names: string[]): ToldError {
  const shown = names.slice(0, 3).join(", ") + (names.length > 3 ? " and more" : "");
  return {
    message: `your code replaced ${shown}: the checks rely on it, so none of them counts while it is so`,
    isNotWritten: false,
    stack: "",
  };
}
