// Stands in for `swagger-ui-dist/absolute-path.js` in the lab: nobody reads the page of the docs there, so
// its files are in no folder.

/** The folder of Swagger UI's files. */
export default function absolutePath(): string {
  return "";
}
