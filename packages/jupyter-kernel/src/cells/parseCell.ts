import type ts from "typescript";

/** The syntax of a cell, by itself: types, and what earlier cells declare, are not known here. */
export function parseCell(typescript: typeof ts, source: string): ts.SourceFile {
  return typescript.createSourceFile("cell.ts", source, typescript.ScriptTarget.Latest, true);
}
