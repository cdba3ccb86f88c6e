import type ts from "typescript";

/** What TypeScript says about a name: its type, its documentation and the tags of its TSDoc. */
export interface QuickInfo {
  readonly displayParts: readonly ts.SymbolDisplayPart[];
  readonly documentation: readonly ts.SymbolDisplayPart[];
  readonly tags: readonly ts.JSDocTagInfo[];
  readonly textSpan: { start: number; length: number };
}

interface Internals {
  getTouchingPropertyName(file: ts.SourceFile, position: number): ts.Node;
  typeToDisplayParts(checker: ts.TypeChecker, type: ts.Type, container?: ts.Node): ts.SymbolDisplayPart[];
  readonly SymbolDisplay: {
    getSymbolDisplayPartsDocumentationAndSymbolKind(
      checker: ts.TypeChecker,
      symbol: ts.Symbol,
      file: ts.SourceFile,
      container: ts.Node | undefined,
      location: ts.Node,
    ): Pick<QuickInfo, "displayParts" | "documentation"> & { readonly tags?: ts.JSDocTagInfo[] };
  };
}

/** Looks up the name at `position`, as an editor does for the box that it shows under the mouse. */
export function quickInfo(
  typescript: typeof ts,
  checker: ts.TypeChecker,
  file: ts.SourceFile,
  position: number,
): QuickInfo | undefined {
  const internals = typescript as unknown as Internals;
  const touched = internals.getTouchingPropertyName(file, position);
  if (touched === file) return undefined;
  const node =
    touched.parent !== undefined && typescript.isNewExpression(touched.parent) && touched.pos === touched.parent.pos
      ? touched.parent.expression
      : touched;
  const textSpan = { start: node.getStart(file), length: node.getEnd() - node.getStart(file) };
  const symbol = checker.getSymbolAtLocation(node);
  if (symbol === undefined) {
    if (!typescript.isIdentifier(node) && node.kind !== typescript.SyntaxKind.ThisKeyword) return undefined;
    const displayParts = internals.typeToDisplayParts(checker, checker.getTypeAtLocation(node), node.parent);
    return { displayParts, documentation: [], tags: [], textSpan };
  }
  const shown = internals.SymbolDisplay.getSymbolDisplayPartsDocumentationAndSymbolKind(
    checker,
    symbol,
    file,
    typescript.findAncestor(node, (one) => one !== node && typescript.isFunctionLike(one)) ?? file,
    node,
  );
  return { displayParts: shown.displayParts, documentation: shown.documentation, tags: shown.tags ?? [], textSpan };
}
