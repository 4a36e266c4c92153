// The part of the package that its own types leave out.

declare module "launch-editor/guess.js" {
  /** The program and its first arguments: of `specified`, or of an editor that runs. Nulls where there is none. */
  export default function guess(specified?: string): [program: string | null, ...args: string[]];
}
