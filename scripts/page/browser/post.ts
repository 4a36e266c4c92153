// Asks the server for an action on a lesson. It names the lesson, a task, a check: never a file.

/** Resolves to the answer, or to a sentence that says why there is none. */
export async function post<Answer>(
  lesson: string,
  action: "open" | "reset" | "hints",
  body: object,
): Promise<Answer | string> {
  try {
    const response = await fetch(`/api/lessons/${lesson}/${action}`, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    return response.ok ? ((await response.json()) as Answer) : (await response.text()).trim();
  } catch {
    return "The workbook's server does not answer. Start it again in your terminal: npm start";
  }
}
