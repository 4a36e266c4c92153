// A real browser on a workbook of its own: the pages as a learner sees them.

import { type Browser, type BrowserContext, chromium, type Page } from "playwright-core";
import { afterAll, beforeAll } from "vitest";
import { findChromium } from "../../../scripts/authoring/chromium.ts";
import { CHROMIUM_ARGUMENTS } from "../../../scripts/authoring/served-copy.ts";
import { WorkbookProcess } from "../../../scripts/authoring/workbook-process.ts";
import { WorkbookCopy } from "../workbook-copy.ts";

export const chromiumFile: string | null = findChromium();

/** A copy of the workbook, served to a browser, for the tests of one file. */
export class ServedWorkbook {
  readonly copy: WorkbookCopy = new WorkbookCopy();
  /** What the server is started with, beside what this process has. */
  readonly environment: Record<string, string> = {};
  #server: WorkbookProcess | undefined;
  #browser: Browser | undefined;
  #url = "";

  constructor() {
    beforeAll(async () => {
      await this.start();
      this.#browser = await chromium.launch({ executablePath: chromiumFile ?? "", args: CHROMIUM_ARGUMENTS });
    });
    afterAll(async () => {
      await this.#browser?.close();
      await this.stop();
    });
  }

  /** "http://127.0.0.1:4321/" */
  get url(): string {
    return this.#url;
  }

  /** @param port 0: any that is free. */
  async start(port = 0): Promise<void> {
    const environment = { PORT: String(port), ...this.environment };
    this.#server = new WorkbookProcess(["start", "--no-open"], environment, this.copy.folder);
    await this.#server.prints(/http:\/\/127\.0\.0\.1:\d+\//);
    this.#url = /http:\/\/127\.0\.0\.1:\d+\//.exec(this.#server.printed)?.[0] ?? "";
  }

  async stop(): Promise<void> {
    await this.#server?.stop();
  }

  /** A window of its own, as if it were another learner's: what it remembers, no other knows. */
  async window(options: Parameters<Browser["newContext"]>[0] = {}): Promise<BrowserContext> {
    if (!this.#browser) throw new Error("The browser is not there yet.");
    return await this.#browser.newContext({ baseURL: this.#url, viewport: { width: 1440, height: 900 }, ...options });
  }

  async page(address: string, options: Parameters<Browser["newContext"]>[0] = {}): Promise<Page> {
    const page = await (await this.window(options)).newPage();
    await page.goto(address);
    return page;
  }

  /** Saves a file of the learner's, as an editor does. */
  save(slug: string, file: string, text: string): void {
    this.copy.write(`exercises/${slug}/${file}`, text);
  }
}
