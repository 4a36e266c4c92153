// The page's server: Vite's own, as a library, with the workbook's routes before it. Vite compiles the
// page's modules and the learner's files for the browser, and says when one was saved.

import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { ViteDevServer } from "vite";
import { UsageError } from "../command-line/failures.ts";
import { cacheFolder, workbookFolder } from "../compiling/compiled.mjs";
import { readProgress, type Tell } from "../learner/state.ts";
import { allLessons } from "../lessons/catalog.ts";
import { prepareLesson } from "../presenting/page/lesson-page.ts";
import { nextLesson } from "../presenting/views.ts";
import { guard, onlyServedFiles } from "./guard.ts";
import { LiveLessons } from "./live-lessons.ts";
import { labModules, withoutSourceMaps } from "./modules.ts";
import { routes } from "./routes.ts";

/** Loopback only: nobody else on the network reaches it. */
const HOST = "127.0.0.1";

/** Packages that run in the browser, the page's own and those of a lesson's service: bundled once, so that few files are loaded. */
const BUNDLED = [
  ...["morphdom", "uplot"],
  ...["@hono/zod-openapi", "zod"],
  ...["hono", "hono/body-limit", "hono/html", "hono/http-exception", "hono/streaming"],
];

export interface Serving {
  /** 0: any that is free. */
  port: number;
  /** Open the learner's browser. */
  opens: boolean;
  tell: Tell;
}

/**
 * Serves the workbook until the process ends.
 *
 * @returns Where: "http://127.0.0.1:4321/".
 * @throws {UsageError} If the port is taken, or Vite is not installed.
 */
export async function servePage({ port, opens, tell }: Serving): Promise<string> {
  const { createServer } = await installedVite();
  const lessons = new LiveLessons(tell);
  const vite = await createServer({
    configFile: false,
    envFile: false,
    root: workbookFolder,
    appType: "custom",
    logLevel: "silent",
    publicDir: false,
    cacheDir: `${cacheFolder()}/vite`,
    resolve: { preserveSymlinks: true },
    // The guard asks who it is, and more strictly than Vite would.
    server: { host: HOST, port, strictPort: true, open: opens, ws: false, hmr: false, cors: false, allowedHosts: true },
    optimizeDeps: { noDiscovery: true, include: BUNDLED, rolldownOptions: { output: { minify: true } } },
    plugins: [
      labModules(),
      withoutSourceMaps(),
      {
        name: "workbook:routes",
        configureServer({ middlewares }) {
          const listener = getRequestListener(routes(lessons, tell).fetch, { overrideGlobalObjects: false });
          middlewares.use(guard);
          middlewares.use("/@vite/client", withoutVitesClient);
          middlewares.use((request, response, next) => {
            if (isFile(request.url)) next();
            else void listener(request, response);
          });
          middlewares.use(onlyServedFiles);
        },
      },
    ],
  });
  vite.watcher.on("all", (_event, file) => lessons.changed(file));
  await listening(vite, port);
  // While the browser opens, the lesson that its reader will want first is made ready.
  const next = nextLesson(readProgress(tell)) ?? allLessons()[0];
  if (next) setImmediate(() => void prepareLesson(next));
  const [url] = vite.resolvedUrls?.local ?? [];
  if (!url) throw new Error("Vite listens, and does not say where.");
  return url;
}

async function installedVite(): Promise<typeof import("vite")> {
  try {
    return await import("vite");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new UsageError("Vite is not installed: this was installed with --omit=dev. Run `npm ci`, then this again.");
  }
}

async function listening(vite: ViteDevServer, port: number): Promise<void> {
  try {
    await vite.listen();
  } catch (error) {
    await vite.close();
    if (!/already in use|EADDRINUSE/.test((error as Error).message)) throw error;
    throw new UsageError(
      `Port ${port} is taken by another program, perhaps by the workbook in another terminal. Another port: PORT=${port + 1} npm start`,
    );
  }
}

/** Vite puts this import before every `import(variable)`; of its client, which would open a socket, nothing else is needed. */
function withoutVitesClient(_request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("Content-Type", "text/javascript");
  response.end("export const injectQuery = (url) => url;\n");
}

/** The page's own addresses end in a slash or begin with /api/; everything else is a file. */
function isFile(url = "/"): boolean {
  return /^\/(scripts|test|exercises|solutions|node_modules|@)/.test(url);
}
