import type ts from "typescript";
import { parseCell } from "./parseCell.js";

/** What the statements of a cell declare. */
export interface Declared {
  /** Names of `let` and `var` that are given no value where they are declared. */
  readonly withoutValue: readonly string[];
  /** The text of the cell with only those statements whose names are all in `kept`, and those that are types alone. */
  keeping(kept: ReadonlySet<string>): string;
}

/** Reads the declarations of a cell. */
export function readDeclared(typescript: typeof ts, source: string): Declared {
  const file = parseCell(typescript, source);
  const withoutValue = file.statements.flatMap((statement) =>
    typescript.isVariableStatement(statement)
      ? statement.declarationList.declarations
          .filter(({ initializer }) => initializer === undefined)
          .flatMap(({ name }) => bindingNames(typescript, name))
      : [],
  );
  return {
    withoutValue,
    keeping: (kept) =>
      file.statements
        .filter((statement) => isKept(typescript, statement, kept))
        .map((statement) => statement.getFullText(file))
        .join("\n"),
  };
}

/**
 * The text of a cell with spaces for the `export` of its declarations: a cell exports all that it declares, and what is
 * pasted from a module is welcome.
 */
export function withoutExports(typescript: typeof ts, source: string): string {
  if (!/\bexport\b/.test(source)) return source;
  const file = parseCell(typescript, source);
  let text = source;
  for (const statement of file.statements) {
    const modifiers = typescript.canHaveModifiers(statement) ? (typescript.getModifiers(statement) ?? []) : [];
    const { ExportKeyword, DefaultKeyword } = typescript.SyntaxKind;
    if (modifiers.some(({ kind }) => kind === DefaultKeyword)) continue;
    for (const one of modifiers.filter(({ kind }) => kind === ExportKeyword)) {
      text = text.slice(0, one.getStart(file)) + " ".repeat(one.getWidth(file)) + text.slice(one.end);
    }
  }
  return text;
}

function isKept(typescript: typeof ts, statement: ts.Statement, kept: ReadonlySet<string>): boolean {
  if (typescript.isInterfaceDeclaration(statement) || typescript.isTypeAliasDeclaration(statement)) return true;
  const names = declaredNames(typescript, statement);
  return names.length > 0 && names.every((name) => kept.has(name));
}

function declaredNames(typescript: typeof ts, statement: ts.Statement): string[] {
  if (typescript.isVariableStatement(statement)) {
    return statement.declarationList.declarations.flatMap(({ name }) => bindingNames(typescript, name));
  }
  if (
    typescript.isFunctionDeclaration(statement) ||
    typescript.isClassDeclaration(statement) ||
    typescript.isEnumDeclaration(statement)
  ) {
    return statement.name === undefined ? [] : [statement.name.text];
  }
  if (!typescript.isImportDeclaration(statement) || statement.importClause === undefined) return [];
  const { name, namedBindings } = statement.importClause;
  const named =
    namedBindings === undefined
      ? []
      : typescript.isNamespaceImport(namedBindings)
        ? [namedBindings]
        : [...namedBindings.elements];
  return [...(name === undefined ? [] : [name.text]), ...named.map((one) => one.name.text)];
}

function bindingNames(typescript: typeof ts, name: ts.BindingName): string[] {
  if (typescript.isIdentifier(name)) return [name.text];
  return name.elements.flatMap((one) =>
    typescript.isOmittedExpression(one) ? [] : bindingNames(typescript, one.name),
  );
}
