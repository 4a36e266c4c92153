// On every page: the switch of its colours.

const select = document.querySelector<HTMLSelectElement>("#theme");

select?.addEventListener("change", () => {
  const theme = select.value;
  if (theme === "system") delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  document
    .querySelector('meta[name="color-scheme"]')
    ?.setAttribute("content", theme === "system" ? "light dark" : theme);
  // The server reads it, so that the next page comes in its colours at once.
  // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API is not in every browser.
  document.cookie = `workbook-theme=${theme}; path=/; max-age=31536000; samesite=strict`;
  document.dispatchEvent(new CustomEvent("workbook:theme"));
});
