// What the page's server answers: four kinds of pages, one stream of news a lesson, three actions. An action
// names a lesson by its number, and never a file.

import { existsSync, statSync } from "node:fs";
import path from "node:path";
import { type Context, Hono } from "hono";
import { getCookie } from "hono/cookie";
import { HTTPException } from "hono/http-exception";
import { streamSSE } from "hono/streaming";
import { z } from "zod";
import { comparedFiles } from "../learner/compared.ts";
import { resetLesson } from "../learner/starter.ts";
import { readProgress, recordHint, type Tell } from "../learner/state.ts";
import { allLessons, type Lesson, labFile } from "../lessons/catalog.ts";
import { textOf } from "../lessons/text.ts";
import { compareHtml } from "../presenting/page/compare-page.ts";
import { homeHtml } from "../presenting/page/home-page.ts";
import { labHtml } from "../presenting/page/lab-page.ts";
import { pageOf, type Theme } from "../presenting/page/layout.ts";
import { lessonPage } from "../presenting/page/lesson-page.ts";
import { progressView } from "../presenting/views.ts";
import { openInEditor, placeOf } from "./editor.ts";
import { keptAside, shownPath } from "./kept-aside.ts";
import type { LiveLessons } from "./live-lessons.ts";
import { liveMessage } from "./live-message.ts";

const TaskId = z.string().regex(/^\d\d\.\d+$/);
const Wanted = z.object({ task: TaskId.optional(), check: z.int().min(0).optional() });
const ShownHint = z.object({ task: TaskId, number: z.int().min(1) });

export function routes(live: LiveLessons, tell: Tell): Hono {
  const app = new Hono();

  app.get("/", (context) => {
    const { lessons, passed, of, next } = progressView(readProgress(tell));
    const main = homeHtml({ lessons, passed, of, next });
    const page = { kind: "home", title: "The queue workbook", theme: themeOf(context), main } as const;
    return context.html(pageOf(page).toString());
  });

  app.get("/:slug/", async (context) => {
    const lesson = lessonOf(context);
    const view = {
      lesson,
      text: textOf(lesson),
      progress: readProgress(tell),
      hasLab: hasLab(lesson),
      kept: keptAside(lesson),
    };
    return context.html((await lessonPage(view, themeOf(context))).toString());
  });

  app.get("/:slug/lab/", (context) => {
    const lesson = lessonOf(context);
    const { title } = textOf(lesson);
    const main = labHtml({ ...lesson, title, hasLab: hasLab(lesson), savedAt: lastSave(lesson) });
    const page = { kind: "lab", title: `${lesson.number} ${title}: the lab`, theme: themeOf(context) } as const;
    return context.html(pageOf({ ...page, main, lesson, scripts: hasLab(lesson) ? ["lab"] : [] }).toString());
  });

  app.get("/:slug/compare/", (context) => {
    const lesson = lessonOf(context);
    const { title } = textOf(lesson);
    const isPassed = readProgress(tell).lessons[lesson.slug]?.verdict === "passed";
    const main = compareHtml({
      number: lesson.number,
      slug: lesson.slug,
      title,
      isPassed,
      files: comparedFiles(lesson),
    });
    const page = { kind: "compare", title: `${lesson.number} ${title}: compare`, theme: themeOf(context) } as const;
    return context.html(pageOf({ ...page, main, lesson }).toString());
  });

  app.get("/api/lessons/:number/live", (context) => {
    const lesson = lessonByNumber(context);
    return streamSSE(context, async (stream) => {
      await new Promise<void>((resolve) => {
        const leave = live.of(lesson).attend((event) => {
          const { name, data } = liveMessage(lesson, event);
          void stream.writeSSE({ event: name, data: JSON.stringify(data) });
        });
        stream.onAbort(() => {
          leave();
          resolve();
        });
      });
    });
  });

  app.post("/api/lessons/:number/open", async (context) => {
    const lesson = lessonByNumber(context);
    const wanted = await bodyOf(context, Wanted);
    return context.json(await openInEditor(lesson, placeOf(lesson, live.of(lesson).latest, wanted)));
  });

  app.post("/api/lessons/:number/reset", async (context) => {
    const lesson = lessonByNumber(context);
    await bodyOf(context, z.object({}));
    const { savedIn, restored } = resetLesson(lesson);
    return context.json({ savedIn: savedIn === null ? null : shownPath(savedIn), restored, kept: keptAside(lesson) });
  });

  app.post("/api/lessons/:number/hints", async (context) => {
    const lesson = lessonByNumber(context);
    const { task, number } = await bodyOf(context, ShownHint);
    const hints = textOf(lesson).tasks.find(({ id }) => id === task)?.hints.length ?? 0;
    if (number > hints)
      throw new HTTPException(400, { message: `Expected a hint of ${task} from 1 to ${hints}, got ${number}.` });
    const shown = Math.max(number, readProgress(tell).hints[task] ?? 0);
    recordHint(task, shown, tell);
    live.of(lesson).hinted(task, shown);
    return context.json({ shown });
  });

  app.get("/favicon.ico", (context) => context.redirect("/scripts/page/browser/icon.svg", 302));
  // "/04/" is meant, and so is a slug without its slash.
  app.get("/:slug", (context) => context.redirect(`/${lessonOf(context).slug}/`, 302));

  app.notFound((context) => context.text("There is nothing here. The workbook begins at /\n", 404));
  app.onError((error, context) => {
    if (error instanceof HTTPException) return context.text(`${error.message}\n`, error.status);
    tell(`The page could not be made: ${error.stack ?? error.message}`);
    return context.text("The workbook itself failed, not your code. The terminal with `npm start` says why.\n", 500);
  });
  return app;
}

function lessonOf(context: Context): Lesson {
  const slug = context.req.param("slug") ?? "";
  const lesson = allLessons().find((one) => one.slug === slug || one.number === slug);
  if (!lesson) throw new HTTPException(404, { message: "There is nothing here. The workbook begins at /" });
  return lesson;
}

function lessonByNumber(context: Context): Lesson {
  const number = context.req.param("number") ?? "";
  const lessons = allLessons();
  const lesson = lessons.find((one) => one.number === number);
  if (lesson) return lesson;
  const known = lessons.map((one) => one.number).join(", ");
  throw new HTTPException(404, {
    message: `Expected the number of a lesson (${known}), got ${JSON.stringify(number)}.`,
  });
}

/** JSON and nothing else: a form of another page cannot send that without asking first. */
async function bodyOf<T>(context: Context, schema: z.ZodType<T>): Promise<T> {
  if (!/^application\/json\b/.test(context.req.header("content-type") ?? "")) {
    throw new HTTPException(415, { message: "Expected a body of type application/json." });
  }
  const parsed = schema.safeParse(await context.req.json().catch(() => undefined));
  if (!parsed.success) throw new HTTPException(400, { message: z.prettifyError(parsed.error).replaceAll("\n", " ") });
  return parsed.data;
}

function hasLab(lesson: Lesson): boolean {
  return existsSync(labFile(lesson));
}

/** When a file of the learner's was last written; null where there is none. */
function lastSave({ exerciseFolder, files }: Lesson): Date | null {
  const times = files.map((file) => statSync(path.join(exerciseFolder, file), { throwIfNoEntry: false })?.mtimeMs ?? 0);
  const last = Math.max(0, ...times);
  return last === 0 ? null : new Date(last);
}

function themeOf(context: Context): Theme {
  const theme = getCookie(context, "workbook-theme");
  return theme === "dark" || theme === "light" ? theme : "system";
}
