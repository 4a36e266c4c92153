// The house is in order: everything has its room, and nothing else is there.

import { cpSync, readdirSync, readFileSync, statSync } from "node:fs";
import path from "node:path";
import esbuild from "esbuild";
import { expect, test } from "vitest";
import { workbookFolder } from "../../scripts/compiling/compiled.mjs";
import { allLessons } from "../../scripts/lessons/catalog.ts";
import { WorkbookCopy } from "./workbook-copy.ts";

const inWorkbook = (...parts: string[]) => path.join(workbookFolder, ...parts);
const slugs = allLessons().map(({ slug }) => slug);

test("the top level is what learners expect to find, and no more", () => {
  const seen = readdirSync(workbookFolder).filter((entry) => !entry.startsWith("."));
  expect(seen.filter((entry) => entry !== "node_modules").sort()).toEqual(
    [
      "CONTRIBUTING.md",
      "LICENSE",
      "README.md",
      "exercises",
      "lessons",
      "package-lock.json",
      "package.json",
      "scripts",
      "solutions",
      "test",
      "tsconfig.json",
    ].sort(),
  );
});

test("one slug names a lesson in four folders", () => {
  expect(readdirSync(inWorkbook("lessons")).sort()).toEqual(slugs.map((slug) => `${slug}.md`));
  expect(readdirSync(inWorkbook("exercises")).sort()).toEqual(slugs);
  expect(readdirSync(inWorkbook("solutions")).sort()).toEqual(slugs);
  expect(readdirSync(inWorkbook("test")).sort()).toEqual([...slugs, "kit", "support", "vitest.config.ts"]);
});

test("a lesson is added by adding its files alone", () => {
  const book = new WorkbookCopy();
  const [from, to] = [slugs[0] ?? "", "90-added-today"];
  const renamed = (text: string) => text.replaceAll(from, to).replaceAll(/\b01(?=\.\d|\b)/g, "90");
  for (const folder of ["exercises", "solutions", "test"]) {
    cpSync(book.path(folder, from), book.path(folder, to), { recursive: true });
    for (const file of readdirSync(book.path(folder, to)).filter((name) => name.endsWith(".ts"))) {
      book.write(path.join(folder, to, file), renamed(book.read(folder, to, file)));
    }
  }
  book.write(`lessons/${to}.md`, renamed(book.read("lessons", `${from}.md`)));
  // `expect` has no use in the suites that are here, and authors may want it.
  book.write(
    `test/${to}/more.test.ts`,
    'import { describe, expect, test } from "vitest";\ndescribe("90.1", () => { test("adds up", () => { expect([1 + 1]).toEqual([2]); expect(() => expect(1).toBe(2)).toThrow(); }); });\n',
  );
  expect(book.run("check", ["90"]).stdout).toMatch(/^90 Batch receive: 0 of 4 tasks pass\n/);
  expect(book.run("check", ["90", "--solution"]).status).toBe(0);
  expect(book.run("hint", ["90.1"]).status).toBe(0);
  expect(book.run("check", ["14"]).stderr).toContain("-90.");
});

test("commands, grading and screens know no lesson by name", () => {
  const knowing = files("scripts").filter((file) =>
    slugs.some((slug) => readFileSync(file, "utf8").includes(slug) && !isComment(file, slug)),
  );
  expect(knowing).toEqual([]);
});

test("every command of package.json has its file, and every file its command", () => {
  const { scripts } = JSON.parse(readFileSync(inWorkbook("package.json"), "utf8")) as {
    scripts: Record<string, string>;
  };
  const named = Object.entries(scripts).map(([name, line]) =>
    line === `node scripts/run.mjs ${name}` ? `${name}.ts` : line,
  );
  expect(named.sort()).toEqual(readdirSync(inWorkbook("scripts/commands")).sort());
});

test("no circle of imports", async () => {
  const entryPoints = [...files("scripts"), ...files("test/support")].filter((file) => file.endsWith(".ts"));
  const { metafile } = await esbuild.build({
    entryPoints,
    bundle: true,
    packages: "external",
    platform: "node",
    format: "esm",
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const imports = new Map(
    Object.entries(metafile.inputs).map(([file, input]) => [
      file,
      input.imports.flatMap((one) => (one.external ? [] : [one.path])),
    ]),
  );
  const circles: string[] = [];
  const visit = (file: string, way: string[]) => {
    if (way.includes(file)) circles.push([...way.slice(way.indexOf(file)), file].join(" → "));
    else for (const next of imports.get(file) ?? []) visit(next, [...way, file]);
  };
  for (const file of imports.keys()) visit(file, []);
  expect([...new Set(circles)]).toEqual([]);
});

test("what a learner's command needs is installed with --omit=dev", async () => {
  const lock = JSON.parse(readFileSync(inWorkbook("package-lock.json"), "utf8")) as {
    packages: Record<string, { dev?: boolean }>;
  };
  const commands = ["check", "watch", "read", "hint", "compare", "reset", "progress", "play", "service"].map((name) =>
    inWorkbook("scripts/commands", `${name}.ts`),
  );
  const services = files("solutions").filter((file) => file.endsWith(".ts"));
  const entryPoints = [...commands, inWorkbook("scripts/guarded/process.ts"), ...services];
  const { metafile } = await esbuild.build({
    entryPoints,
    bundle: true,
    external: ["esbuild"],
    alias: { vitest: inWorkbook("scripts/guarded/vitest.ts") },
    platform: "node",
    format: "esm",
    outdir: "out",
    write: false,
    metafile: true,
    logLevel: "silent",
  });
  const packages = new Set(
    Object.keys(metafile.inputs).flatMap((file) => file.match(/node_modules\/(@[^/]+\/)?[^/]+/)?.[0] ?? []),
  );
  expect(packages.size).toBeGreaterThan(5);
  expect(
    [...packages, "node_modules/esbuild"].filter(
      (name) => lock.packages[name]?.dev !== undefined || !lock.packages[name],
    ),
  ).toEqual([]);
});

function files(folder: string): string[] {
  return readdirSync(inWorkbook(folder), { recursive: true, encoding: "utf8" })
    .map((file) => inWorkbook(folder, file))
    .filter((file) => statSync(file).isFile());
}

/** Doc comments may give an example. */
function isComment(file: string, slug: string): boolean {
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line.includes(slug))
    .every((line) => /^\s*(\/\/|\*|\/\*\*)/.test(line));
}
