// Who may ask the page's server, and for what. It serves the learner's own browser on the learner's own
// machine: any other page that is open there, and any name that leads here by way of DNS, is refused.

import type { IncomingMessage, ServerResponse } from "node:http";

type Next = () => void;

/** Where the modules, styles and pictures of the page lie: nothing else is served as a file. */
const SERVED = [
  /^\/scripts\/page\/browser\/[\w/.-]+\.(ts|css|svg)$/,
  /^\/scripts\/lab\/[\w/.-]+\.ts$/,
  /^\/test\/support\/virtual-time\/[\w-]+\.ts$/,
  /^\/test\/\d\d-[\w-]+\/lab\/[\w/.-]+\.ts$/,
  /^\/(exercises|solutions)\/\d\d-[\w-]+\/[\w/.-]+\.(ts|js|mts|mjs|json)$/,
  /^\/node_modules\/uplot\/dist\/uPlot\.min\.css$/,
  /^\/node_modules\/vite\/dist\/client\/env\.mjs$/,
  // Modules that no file is: what the lab has no stand-in for, and what the compiler puts beside compiled code.
  /^\/@id\/__x00__(not-in-the-lab:|@oxc-project\+runtime@)[\w./-]+$/,
  /^\/node_modules\/\.cache\/queue-workbook\/vite\/deps\/[\w@.-]+\.js$/,
];

/** The lab's code, the learner's among it, may load modules, and nothing else: no request, no frame, no worker. */
const POLICY_OF_MODULES = "default-src 'none'; script-src 'self'";
const POLICY_OF_PAGES = [
  "default-src 'none'",
  "script-src 'self'",
  "worker-src 'self'",
  "connect-src 'self'",
  // Colours of code and the sizes of bars are attributes of what they belong to.
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join("; ");

/** Refuses what comes from elsewhere, with one sentence, and marks every answer as what it is. */
export function guard(request: IncomingMessage, response: ServerResponse, next: Next): void {
  const refusal = refusalOf(request);
  response.setHeader("X-Content-Type-Options", "nosniff");
  response.setHeader("Referrer-Policy", "no-referrer");
  response.setHeader("Cross-Origin-Resource-Policy", "same-origin");
  response.setHeader("Cross-Origin-Opener-Policy", "same-origin");
  response.setHeader("Content-Security-Policy", isModule(request) ? POLICY_OF_MODULES : POLICY_OF_PAGES);
  if (refusal === null) {
    next();
    return;
  }
  response.statusCode = 403;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end(`${refusal}\n`);
}

/** After the routes: what is no file of the page's is not there. */
export function onlyServedFiles(request: IncomingMessage, response: ServerResponse, next: Next): void {
  const { method = "GET" } = request;
  const path = pathOf(request);
  if ((method === "GET" || method === "HEAD") && path !== null && SERVED.some((pattern) => pattern.test(path))) {
    next();
    return;
  }
  response.statusCode = 404;
  response.setHeader("Content-Type", "text/plain; charset=utf-8");
  response.end("There is nothing here. The workbook begins at /\n");
}

function refusalOf({ headers, socket }: IncomingMessage): string | null {
  const hosts = ["127.0.0.1", "localhost", "[::1]"].map((name) => `${name}:${socket.localPort}`);
  if (!hosts.includes(headers.host ?? "")) {
    return `Expected a request for ${hosts[0]} or ${hosts[1]}, got one for ${headers.host ?? "no host"}: refused.`;
  }
  const { origin } = headers;
  if (origin !== undefined && !hosts.some((host) => origin === `http://${host}`)) {
    return `Expected a request of the workbook's own page, got one of ${origin}: refused.`;
  }
  const site = headers["sec-fetch-site"];
  const isNavigation = headers["sec-fetch-mode"] === "navigate" && headers["sec-fetch-dest"] === "document";
  if ((site === "cross-site" || site === "same-site") && !isNavigation) {
    return "Expected a request of the workbook's own page, got one of another site: refused.";
  }
  return null;
}

function isModule(request: IncomingMessage): boolean {
  return /\.(ts|js|mjs|mts)$|^\/@/.test(pathOf(request) ?? "");
}

/** The path, decoded; null where it cannot be, or leads upwards. */
function pathOf({ url = "/" }: IncomingMessage): string | null {
  try {
    const path = decodeURIComponent(url.split(/[?#]/, 1)[0] ?? "/");
    return path.includes("..") || path.includes("\\") ? null : path;
  } catch {
    return null;
  }
}
