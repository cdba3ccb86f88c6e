import type ts from "typescript";
import type { Ambient } from "./ambient.js";
import { browserNames } from "./browserNames.js";
import { annotateUnnameable } from "./unnameable.js";
import type { Conversion, Converter, Tslab } from "./tslab.js";

/** "Cannot find module", "could not find a declaration file", and the former with advice about `moduleResolution`. */
const unknownModule = new Set([2307, 7016, 2792]);

/**
 * A converter that begins with the types of the language and `console`, so that the first cell need not wait for more,
 * and reads those of Node and of the browser when a cell, a completion or an inspection first asks for them.
 *
 * It watches no folder: after a cell that did not find a module it looks afresh, since the reader may install it then.
 */
export function createGrowingConverter(tslab: Tslab, typescript: typeof ts): Converter {
  let ambient: Ambient = { node: false, dom: false, docs: false };
  let missedModule = false;
  const create = (): Converter => {
    tslab.compiler.know(ambient);
    return tslab.createConverter({ isJS: false, isBrowser: false });
  };
  let converter = create();
  const renew = (more: Partial<Ambient>): Converter => {
    ambient = { ...ambient, ...more };
    missedModule = false;
    converter.close();
    return (converter = create());
  };
  const withNode = (): Converter => (ambient.node ? converter : renew({ node: true }));
  const withDocs = (): Converter => (ambient.docs ? converter : renew({ node: true, docs: true }));

  return {
    convert(declarations, source) {
      if (missedModule) renew({});
      let converted: Conversion = converter.convert(declarations, source);
      if (converted.diagnostics.length > 0 && !ambient.node) {
        converted = renew({ node: true }).convert(declarations, source);
      }
      if (!ambient.dom && browserNames(typescript, converted.diagnostics)) {
        converted = renew({ dom: true }).convert(declarations, source);
      }
      const annotated = annotateUnnameable(typescript, source, converted.diagnostics);
      if (annotated !== null) converted = converter.convert(declarations, annotated);
      missedModule = converted.diagnostics.some(({ code }) => unknownModule.has(code));
      return converted;
    },
    inspect: (declarations, source, position) => withDocs().inspect(declarations, source, position),
    complete: (declarations, source, position) => withNode().complete(declarations, source, position),
    addModule: (name, source, meta) => withNode().addModule(name, source, meta),
    close: () => converter.close(),
  };
}
