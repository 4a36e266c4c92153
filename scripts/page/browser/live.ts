// Listens to what the server says of one lesson. When the server is gone it waits for it to come back.

export interface Checking {
  done: number;
  of: number;
  /** The first check that failed, as soon as one has: the verdict is still to come. */
  failed: { task: string; name: string; message: string } | null;
  /** Of the tasks that are known by now. */
  statuses: Record<string, string>;
}

/** What a reset has kept aside, and where. */
export interface Kept {
  folder: string;
  files: string[];
}

export interface Verdict {
  html: string;
  statuses: Record<string, string>;
  verdict: string;
  progress: { passed: number; of: number } | null;
  /** One sentence. */
  summary: string;
  /** False: it was so before the page was opened. */
  isNews: boolean;
  kept: Kept[];
}

export type News =
  | ({ kind: "checking" } & Checking)
  | ({ kind: "verdict" } & Verdict)
  | { kind: "hinted"; task: string; number: number }
  | { kind: "trouble"; sentence: string };

const GONE =
  "The workbook's server is not running. Start it again in your terminal: npm start. This page goes on by itself.";

/** Calls `show` with all news of a lesson. A save is told to the whole page, as the event `workbook:saved`. */
export function startLive(lesson: string, slug: string, show: (news: News) => void): void {
  let source: EventSource | null = null;
  const connect = () => {
    source = new EventSource(`/api/lessons/${lesson}/live`);
    for (const kind of ["checking", "verdict", "hinted", "trouble"] as const) {
      source.addEventListener(kind, ({ data }) => show({ kind, ...JSON.parse(data) }));
    }
    source.addEventListener("saved", () => {
      document.dispatchEvent(new CustomEvent("workbook:saved", { detail: { slug } }));
    });
    source.addEventListener("error", () => {
      show({ kind: "trouble", sentence: GONE });
      // A refused connection is tried again by the browser; an answer that is no stream is not.
      if (source?.readyState === EventSource.CLOSED) setTimeout(connect, 1_000);
    });
  };
  connect();
  // A page in the browser's memory of pages visited hears nothing: it connects anew when it is shown again.
  window.addEventListener("pagehide", () => source?.close());
  window.addEventListener("pageshow", ({ persisted }) => {
    if (persisted) connect();
  });
}
