// The learner's modules, loaded before the first check. A suite's `import("#lesson/…")` ends here.

const modules = new Map<string, object>();

export async function loadLearnerModule(file: string, url: string): Promise<void> {
  modules.set(file, (await import(url)) as object);
}

/** The module that the learner wrote as `file`, for instance "01-batch-receive/in-memory-queue.ts". */
export function learnerModule(file: string): object {
  const module = modules.get(file);
  if (!module) throw new Error(`${file} was not loaded`);
  return module;
}
