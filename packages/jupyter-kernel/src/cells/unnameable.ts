import type ts from "typescript";
import { parseCell } from "./parseCell.js";
import type { TslabDiagnostic } from "./tslab.js";

/** "The inferred type cannot be named", in its forms for variables. */
const codes = new Set([2742, 2883, 4023, 4024, 4025]);

/**
 * The text of a cell with an annotation on each variable whose inferred type has no name that the next cell could use:
 * `typeof import("x")` for `await import("x")`, else `any`. Null if `diagnostics` complain about anything else.
 */
export function annotateUnnameable(
  typescript: typeof ts,
  source: string,
  diagnostics: readonly TslabDiagnostic[],
): string | null {
  if (diagnostics.length === 0 || !diagnostics.every(({ code }) => codes.has(code))) return null;
  const file = parseCell(typescript, source);
  const places = new Set(
    diagnostics.map(({ start }) => file.getPositionOfLineAndCharacter(start.line, start.character)),
  );
  const declarations = file.statements
    .filter(typescript.isVariableStatement)
    .flatMap(({ declarationList }) => [...declarationList.declarations])
    .filter(({ name, type }) => type === undefined && places.has(name.getStart(file)));
  if (declarations.length < places.size) return null;
  let text = source;
  // From the end on, so that what is inserted moves no place that is still to come.
  for (const { name, initializer } of declarations.reverse()) {
    const type = `: ${importedModule(typescript, initializer) ?? "any"}`;
    text = text.slice(0, name.end) + type + text.slice(name.end);
  }
  return text;
}

function importedModule(typescript: typeof ts, initializer: ts.Expression | undefined): string | null {
  if (initializer === undefined || !typescript.isAwaitExpression(initializer)) return null;
  const call = initializer.expression;
  if (!typescript.isCallExpression(call) || call.expression.kind !== typescript.SyntaxKind.ImportKeyword) return null;
  const [specifier] = call.arguments;
  return specifier !== undefined && typescript.isStringLiteral(specifier)
    ? `typeof import(${specifier.getText()})`
    : null;
}
