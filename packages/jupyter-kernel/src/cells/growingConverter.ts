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
  /** Still true at the next call if the last one threw, or V8 ended it: that leaves tslab's converter unusable. */
  let atWork = false;
  const create = (): Converter => {
    tslab.compiler.know(ambient);
    return tslab.createConverter({ isJS: false, isBrowser: false });
  };
  let converter = create();
  const renew = (more: Partial<Ambient>): Converter => {
    ambient = { ...ambient, ...more };
    missedModule = false;
    const { close } = converter;
    converter = create();
    close();
    return converter;
  };
  const whole = <T>(work: () => T): T => {
    if (missedModule || atWork) renew({});
    atWork = true;
    const result = work();
    atWork = false;
    return result;
  };
  const withNode = (): Converter => (ambient.node ? converter : renew({ node: true }));
  const withDocs = (): Converter => (ambient.docs ? converter : renew({ node: true, docs: true }));

  const convert = (declarations: string, source: string): Conversion => {
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
  };
  return {
    convert: (declarations, source) => whole(() => convert(declarations, source)),
    inspect: (declarations, source, position) => whole(() => withDocs().inspect(declarations, source, position)),
    complete: (declarations, source, position) => whole(() => withNode().complete(declarations, source, position)),
    addModule: (name, source, meta) => whole(() => withNode().addModule(name, source, meta)),
    close: () => converter.close(),
  };
}
