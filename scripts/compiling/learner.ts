// The learner's files, compiled into a folder of their own, or the sentence that says why they do not load.

import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire, isBuiltin } from "node:module";
import os from "node:os";
import path from "node:path";
import { pathToFileURL } from "node:url";
import type { BuildFailure, Plugin } from "esbuild";
import { type Subject, sourceOf } from "../grading/subject.ts";
import { allLessons, type Lesson } from "../lessons/catalog.ts";
import { workbookFolder } from "./compiled.mjs";
import { NODE_PROGRAM } from "./node-program.ts";

export interface CompiledLearner {
  /** The compiled files by their name in the lesson: "01-batch-receive/in-memory-queue.ts". */
  files: Record<string, string>;
  /** Source maps, by the path of the compiled file. */
  sourceMaps: Map<string, string>;
  remove(): void;
}

/** The code does not load, and `message` says why in one sentence. */
export class DoesNotLoad extends Error {
  override readonly name = "DoesNotLoad";
}

/** @throws {DoesNotLoad} */
export async function compileLearner(subject: Subject, lesson: Lesson): Promise<CompiledLearner> {
  const esbuild = await import("esbuild");
  for (const file of lesson.files) assertReadable(subject, lesson, file);
  const folder = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  try {
    const built = await esbuild.build({
      ...NODE_PROGRAM,
      entryPoints: lesson.files.map((file) => path.join(subject.lessonFolder(lesson), file)),
      outbase: subject.lessonFolder(lesson),
      outdir: folder,
      outExtension: { ".js": ".mjs" },
      splitting: true,
      sourcemap: "external",
      sourcesContent: false,
      tsconfigRaw: { compilerOptions: { target: "es2022", experimentalDecorators: false } },
      write: false,
      plugins: [
        standIns(subject, lesson),
        givenFiles(subject, lesson),
        closedRooms(subject.lessonFolder(lesson), lesson.starterFolder),
        packagesOfTheWorkbook(subject),
      ],
    });
    const sourceMaps = new Map<string, string>();
    mkdirSync(folder, { recursive: true });
    for (const { path: file, text } of built.outputFiles) {
      if (file.endsWith(".map")) sourceMaps.set(file.slice(0, -".map".length), text);
      else writeFileSync(file, text);
    }
    const files = Object.fromEntries(
      lesson.files.map((file) => [
        `${lesson.slug}/${file}`,
        pathToFileURL(path.join(folder, file.replace(/\.ts$/, ".mjs"))).href,
      ]),
    );
    return { files, sourceMaps, remove };
  } catch (error) {
    remove();
    if (isBuildFailure(error)) throw new DoesNotLoad(sentenceFor(error, subject, lesson));
    throw error;
  }
}

function assertReadable(subject: Subject, lesson: Lesson, file: string): void {
  const source = sourceOf(subject, lesson, file);
  const shown = `${subject.shownAs}/${lesson.slug}/${file}`;
  const resetHint = subject.isOwn ? ` \`npm run reset ${lesson.number}\` brings the starter back.` : "";
  const stats = statSync(source, { throwIfNoEntry: false });
  if (!stats) throw new DoesNotLoad(`${shown} is not there.${resetHint}`);
  if (!stats.isFile()) throw new DoesNotLoad(`${shown} is a folder, and a file is expected there.${resetHint}`);
  let text: string;
  try {
    text = new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(source));
  } catch (error) {
    if (error instanceof TypeError)
      throw new DoesNotLoad(`${shown} is not UTF-8 text. Save it as UTF-8 in your editor.`);
    throw new DoesNotLoad(`${shown} cannot be read: ${(error as Error).message}.`);
  }
  if (text.trim() === "") throw new DoesNotLoad(`${shown} is empty.${resetHint}`);
}

/** The answers of the kit: their text in the place of the file that they stand for. */
function standIns(subject: Subject, lesson: Lesson): Plugin {
  return {
    name: "stand-ins",
    setup(build) {
      for (const [file, answer] of Object.entries(subject.insteadOf ?? {})) {
        const replaced = path.join(subject.lessonFolder(lesson), file);
        build.onLoad({ filter: new RegExp(`[/\\\\]${file.replace(/[.]/g, "\\.")}$`) }, ({ path: loaded }) =>
          path.resolve(loaded) === replaced ? { contents: readFileSync(answer, "utf8"), loader: "ts" } : undefined,
        );
      }
    },
  };
}

/** A given file that the subject has not got: the starter's. Who hands in what they wrote hands in enough. */
export function givenFiles(subject: Subject, lesson: Lesson): Plugin {
  const own = path.resolve(subject.lessonFolder(lesson));
  return {
    name: "given files",
    setup(build) {
      build.onResolve({ filter: /^\.\.?\// }, ({ path: name, resolveDir }) => {
        const file = path.resolve(resolveDir, name);
        const given = lesson.given.find((one) => file === path.join(own, one));
        return given && !existsSync(file) ? { path: path.join(lesson.starterFolder, given) } : undefined;
      });
    },
  };
}

const TEST_TOOLS = /^(vitest|@vitest|chai|node:test|fast-check|jest|@jest|mocha)(\/|$)/;

/** Refuses test tools and the kit's own rooms, but for the `open` folders: a starter lies in one, and its files know each other. */
function closedRooms(...open: string[]): Plugin {
  const closed = ["test", "scripts"].map((room) => path.join(workbookFolder, room) + path.sep);
  return {
    name: "closed rooms",
    setup(build) {
      build.onResolve({ filter: TEST_TOOLS }, ({ path: name }) =>
        refused(`imports ${name}: test tools stay outside of what is tested`),
      );
      build.onResolve(
        { filter: /^(\.|\/|[A-Za-z]:)/ },
        async ({ path: name, importer, resolveDir, kind, pluginData }) => {
          if (kind === "entry-point" || pluginData === "asked once") return undefined;
          const found = await build.resolve(name, { importer, resolveDir, kind, pluginData: "asked once" });
          const file = path.resolve(found.path);
          const isOpen = open.some((folder) => file.startsWith(folder + path.sep));
          const isClosed = !isOpen && closed.some((room) => file.startsWith(room));
          return isClosed
            ? refused(`imports ${name}: the suites and the grader stay outside of what is tested`)
            : found;
        },
      );
    },
  };
}

/** Node's modules and the workbook's packages, also for code that lies outside the workbook; and the subject's other lessons. */
export function packagesOfTheWorkbook(subject: Subject): Plugin {
  const require = createRequire(path.join(workbookFolder, "package.json"));
  return {
    name: "packages of the workbook",
    setup(build) {
      build.onResolve({ filter: /^[^./]/ }, ({ path: name, kind }) => {
        if (kind === "entry-point" || path.isAbsolute(name)) return undefined;
        if (isBuiltin(name)) return { path: name.startsWith("node:") ? name : `node:${name}`, external: true };
        if (name.startsWith("#")) return { path: fileOfALesson(name, subject) };
        try {
          return { path: pathToFileURL(require.resolve(name)).href, external: true };
        } catch {
          return refused(`imports ${name}, which is no package of the workbook and no module of Node's`);
        }
      });
    },
  };
}

/** "#solution/01-batch-receive/…" as package.json maps it, and "#lesson/…" as the subject has it, if it has. */
function fileOfALesson(name: string, subject: Subject): string {
  const [room, slug = "", ...rest] = name.split("/");
  const lesson = allLessons().find((one) => one.slug === slug);
  const own = room === "#lesson" && lesson ? sourceOf(subject, lesson, rest.join("/")) : "";
  if (own !== "" && existsSync(own)) return own;
  return path.join(workbookFolder, room === "#solution" ? "solutions" : "exercises", slug, ...rest);
}

function refused(text: string) {
  return { errors: [{ text }] };
}

function isBuildFailure(error: unknown): error is BuildFailure {
  return error instanceof Error && "errors" in error;
}

/** The first error of a failed compilation, in one sentence. */
export function sentenceFor(failure: BuildFailure, subject: Subject, lesson: Lesson): string {
  const [first] = failure.errors;
  const file = first?.location ? path.basename(first.location.file) : lesson.slug;
  const line = first?.location ? `/${file}:${first.location.line}` : "";
  const place = `${subject.shownAs}/${lesson.slug}${line}`;
  const isOurs = first?.pluginName !== undefined && first.pluginName !== "";
  return isOurs ? `${place} ${first?.text}.` : `${place} does not compile: ${first?.text ?? failure.message}.`;
}
