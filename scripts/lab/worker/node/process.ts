// `node:process` in the worker.

import processOfTheLab from "../process.ts";

export const { argv, env, platform, pid, hrtime, uptime, nextTick, emitWarning, cwd, exit, stdout, stderr } =
  processOfTheLab;
export default processOfTheLab;
