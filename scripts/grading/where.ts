// From a place in compiled code back to the learner's own line.

import { readFileSync } from "node:fs";
import { SourceMap } from "node:module";
import path from "node:path";
import { fileURLToPath } from "node:url";
import type { CompiledLearner } from "../compiling/learner.ts";
import type { Lesson } from "../lessons/catalog.ts";
import type { Place } from "./protocol.ts";
import { type Subject, sourceOf } from "./subject.ts";

/** A line of the learner's. */
export interface Line {
  /** "04-visibility-queue/visibility-queue.ts:48" */
  where: string;
  /** The function around it, where the engine knows. */
  in?: string | undefined;
}

export class LearnerLines {
  readonly #maps = new Map<string, SourceMap>();

  constructor(
    readonly compiled: CompiledLearner,
    readonly subject: Subject,
    readonly lesson: Lesson,
  ) {}

  /** The innermost line of the learner's in a stack trace. */
  inStack(stack: string): Line | undefined {
    const places = [...stack.matchAll(/(file:\/\/[^\s()]+?):(\d+):(\d+)/g)].map(([, url = "", line, column]) => ({
      url,
      line: Number(line),
      column: Number(column),
    }));
    return this.among(places);
  }

  /** The first of `places` that is a line of the learner's. */
  among(places: readonly Place[]): Line | undefined {
    for (const place of places) {
      const where = this.#original(place);
      if (where) return { where, in: place.in };
    }
    return undefined;
  }

  /** The line that declares the function, method or constant `name`. */
  ofDeclaration(name: string): Line | undefined {
    const word = name.replaceAll("$", "\\$");
    const declared = new RegExp(
      `^\\s*((export|default|public|static|override|async)\\s+)*(\\*\\s*)?((function\\s*\\*?|const|let|var|class|get)\\s+)?${word}\\s*([(<=:]|\\bextends\\b|\\{)`,
    );
    for (const file of this.lesson.files) {
      const lines = readFileSync(sourceOf(this.subject, this.lesson, file), "utf8").split(/\r?\n/);
      const index = lines.findIndex((line) => declared.test(line) && !/^\s*(return|await|throw)\b/.test(line));
      if (index !== -1) return { where: `${this.lesson.slug}/${file}:${index + 1}` };
    }
    return undefined;
  }

  #original({ url, line, column }: Place): string | undefined {
    if (!url.startsWith("file:")) return undefined;
    const file = fileURLToPath(url);
    const text = this.compiled.sourceMaps.get(file);
    if (text === undefined) return undefined;
    const map = this.#maps.get(file) ?? new SourceMap(JSON.parse(text));
    this.#maps.set(file, map);
    const entry = map.findEntry(line - 1, column - 1);
    if (!("originalSource" in entry) || entry.originalLine === undefined) return undefined;
    const source = path.resolve(path.dirname(file), entry.originalSource);
    return `${this.lesson.slug}/${path.basename(source)}:${entry.originalLine + 1}`;
  }
}
