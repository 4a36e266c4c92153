// GET /docs: a page that shows an app's OpenAPI document, with Swagger UI. Its files come from the
// local package: nothing is loaded from elsewhere.

import { readFileSync } from "node:fs";
import path from "node:path";
import { Hono } from "hono";
import { html } from "hono/html";
// @ts-expect-error: the package brings no types. It exports a function without arguments.
import swaggerUiFolder from "swagger-ui-dist/absolute-path.js";

export interface DocsOptions {
  /** The page's title. */
  title: string;

  /** Where the app serves its OpenAPI document. */
  documentPath: string;
}

/** The routes of the page and of its files: `app.route("/", docsRoutes(…))`. */
export function docsRoutes({ title, documentPath }: DocsOptions): Hono {
  const folder: string = swaggerUiFolder();
  // A script of its own, and not in the page: so the page can forbid all others.
  const start = `SwaggerUIBundle(${JSON.stringify({ url: documentPath, dom_id: "#docs", validatorUrl: null })});`;
  const headers = {
    "content-security-policy": "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:",
  };

  return new Hono()
    .get("/docs", (c) =>
      c.html(
        html`<!doctype html>
          <html lang="en">
            <head>
              <meta charset="utf-8" />
              <meta name="viewport" content="width=device-width" />
              <title>${title}</title>
              <link rel="stylesheet" href="/docs/swagger-ui.css" />
            </head>
            <body>
              <div id="docs">${title}: <a href="${documentPath}">${documentPath}</a></div>
              <script src="/docs/swagger-ui-bundle.js"></script>
              <script src="/docs/start.js"></script>
            </body>
          </html>`,
        200,
        headers,
      ),
    )
    .get("/docs/swagger-ui.css", (c) =>
      c.body(fileIn(folder, "swagger-ui.css"), 200, { "content-type": "text/css; charset=utf-8" }),
    )
    .get("/docs/swagger-ui-bundle.js", (c) => c.body(fileIn(folder, "swagger-ui-bundle.js"), 200, JAVASCRIPT))
    .get("/docs/start.js", (c) => c.body(start, 200, JAVASCRIPT));
}

const JAVASCRIPT = { "content-type": "text/javascript; charset=utf-8" };

function fileIn(folder: string, name: string): string {
  return readFileSync(path.join(folder, name), "utf8");
}
