// The SQS endpoint, compiled together with the queue that is to be its engine.

import { mkdtempSync, rmSync } from "node:fs";
import os from "node:os";
import path from "node:path";
import type { BuildFailure } from "esbuild";
import { type Subject, sourceOf } from "../grading/subject.ts";
import type { Lesson } from "../lessons/catalog.ts";
import { workbookFolder } from "./compiled.mjs";
import { DoesNotLoad, givenFiles, packagesOfTheWorkbook, sentenceFor } from "./learner.ts";
import { NODE_PROGRAM } from "./node-program.ts";
import type { CompiledProgram } from "./program.ts";

/**
 * @param file The engine's file in `lesson`, of which `subject` has its own.
 * @throws {DoesNotLoad}
 */
export async function compileEndpoint(subject: Subject, lesson: Lesson, file: string): Promise<CompiledProgram> {
  const esbuild = await import("esbuild");
  const folder = mkdtempSync(path.join(os.tmpdir(), "queue-workbook-endpoint-"));
  const remove = () => rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  const outfile = path.join(folder, "endpoint.mjs");
  const serving = path.join(workbookFolder, "scripts/sqs-endpoint/process.ts");
  try {
    await esbuild.build({
      ...NODE_PROGRAM,
      stdin: {
        contents: `
          import { serveInHere } from ${JSON.stringify(serving)};
          serveInHere(() => import(${JSON.stringify(sourceOf(subject, lesson, file))}));
        `,
        resolveDir: workbookFolder,
        sourcefile: "endpoint.ts",
        loader: "ts",
      },
      outfile,
      sourcemap: "inline",
      plugins: [givenFiles(subject, lesson), packagesOfTheWorkbook(subject)],
    });
    return { file: outfile, remove };
  } catch (error) {
    remove();
    if (error instanceof Error && "errors" in error)
      throw new DoesNotLoad(sentenceFor(error as BuildFailure, subject, lesson));
    throw error;
  }
}
