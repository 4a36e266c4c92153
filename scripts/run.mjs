#!/usr/bin/env node
// `npm run <command>` starts here. Plain JavaScript, because Node 20 reads no TypeScript: it finds the
// command's compiled form, compiles it first where a source has changed, runs it, and exits.
// Exit statuses: see `command-line/failures.ts`.

const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(
    `The workbook needs Node 20.19 or later, and this is Node ${process.versions.node}. Install a newer one from https://nodejs.org, then run this again.`,
  );
  process.exit(3);
}

// `npm run … | head` closes the pipe: no reason to complain.
process.stdout.on("error", (/** @type {NodeJS.ErrnoException} */ error) => {
  if (error.code !== "EPIPE") throw error;
  process.exit(0);
});

const [name, ...args] = process.argv.slice(2);
try {
  const { compiledCommands, keepMachineCode } = await import("./compiling/compiled.mjs");
  const { pathToFileURL } = await import("node:url");
  const folder = await compiledCommands();
  keepMachineCode(folder);
  const command = await import(pathToFileURL(`${folder}/${name}.mjs`).href);
  process.exitCode = await command.run(args);
} catch (caught) {
  const error = /** @type {NodeJS.ErrnoException} */ (caught);
  if (error.code === "ERR_MODULE_NOT_FOUND" && /esbuild/.test(error.message)) {
    console.error("The workbook's packages are not installed. Run `npm ci` in the workbook's folder, then this again.");
  } else {
    console.error(`The workbook itself failed, not your code: ${error.stack ?? error}`);
  }
  process.exitCode = 3;
}
