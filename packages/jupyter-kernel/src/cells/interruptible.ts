import type ts from "typescript";

/** Property of `globalThis` that cells await through. */
export const awaitName = "__simgradAwait";

/**
 * Rewrites `await x` into `await __simgradAwait(x, place)`, in functions too, so that an interrupt reaches code at the
 * place where it waits: it ends there, its `finally` blocks run, and nothing of the cell goes on behind the reader's
 * back. `place` is `line:column` in the file, counted from 0, with `prefix` before it. `found` is called if the file
 * awaits outside of all functions.
 */
export function interruptibleAwaits(
  typescript: typeof ts,
  prefix: string,
  found: () => void,
): ts.TransformerFactory<ts.SourceFile> {
  return (context) => (file) => {
    const { factory } = context;
    const single = factory.createPropertyAccessExpression(factory.createIdentifier("globalThis"), awaitName);
    const each = factory.createPropertyAccessExpression(single, "each");
    const through = (name: ts.Expression, value: ts.Expression, node: ts.Node): ts.Expression => {
      const { line, character } = file.getLineAndCharacterOfPosition(node.getStart(file));
      return factory.createCallExpression(name, undefined, [
        value,
        factory.createStringLiteral(`${prefix}:${line}:${character}`),
      ]);
    };
    const visitor = (outside: boolean): ts.Visitor => {
      const visit: ts.Visitor = (node) => {
        const inner = outside && beginsFunction(typescript, node) ? inFunctions : visit;
        if (typescript.isAwaitExpression(node)) {
          if (outside) found();
          const value = typescript.visitNode(node.expression, visit, typescript.isExpression)!;
          return factory.updateAwaitExpression(node, through(single, value, node));
        }
        if (typescript.isForOfStatement(node) && node.awaitModifier !== undefined) {
          if (outside) found();
          const { awaitModifier, initializer, expression, statement } = typescript.visitEachChild(node, inner, context);
          const values = through(each, expression, node);
          return factory.updateForOfStatement(node, awaitModifier, initializer, values, statement);
        }
        return typescript.visitEachChild(node, inner, context);
      };
      return visit;
    };
    const inFunctions = visitor(false);
    return typescript.visitEachChild(file, visitor(true), context);
  };
}

function beginsFunction(typescript: typeof ts, node: ts.Node): boolean {
  return (
    typescript.isFunctionLike(node) ||
    typescript.isClassStaticBlockDeclaration(node) ||
    typescript.isPropertyDeclaration(node)
  );
}
