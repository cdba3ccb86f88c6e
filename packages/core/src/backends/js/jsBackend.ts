import type { Id, LoopProgram } from "../../lowering/loopProgram.js";
import { printValues, type PrintedValue } from "../../ir/debugPrinter.js";
import { mathHelpers } from "../../ir/math/compile.js";
import { mathFunctions } from "../../ir/math/functions.js";
import type { TypedArray } from "../../util/dtype.js";
import { NumericalError, ShapeError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import type { Backend, Executable, Run } from "../backend.js";
import { bufferOf } from "../structure.js";
import { emitProgram } from "./emitProgram.js";

/** Plain JavaScript: the readable twin of the wasm backend, and the fallback where that is missing. */
export const jsBackend: Backend = {
  name: "js",
  compile: jsExecutable,
};

/** What the generated source makes: arrays, and the state of at most one run. */
interface JsInstance {
  reset(): void;
  run(fuel: number): boolean;
  failure(): number;
  /** Steps done and in all of the outermost loops. */
  progress(): readonly (readonly [done: number, total: number])[];
  readonly inputs: readonly ((input: TypedArray) => void)[];
  outputs(): TypedArray[];
}

/** Instances that are kept for later calls. */
const mostIdle = 4;

/** Functions that generated source calls as members of `math`. */
const runtime = {
  ...mathFunctions,
  nearest: mathHelpers.nearest,
  /** Toward zero, saturating; NaN gives 0. */
  toInt32: (x: number): number => Math.min(2147483647, Math.max(-2147483648, x)) | 0,
  toUint32: (x: number): number => Math.min(4294967295, Math.max(0, x)) >>> 0,
  /** An array with at least `length` elements that starts with the contents of `array`. */
  grow(array: TypedArray, length: number): TypedArray {
    if (length <= array.length) return array;
    const larger = new (array.constructor as new (length: number) => TypedArray)(Math.max(length, 2 * array.length));
    larger.set(array);
    return larger;
  },
  fill(name: string, target: TypedArray, input: TypedArray): void {
    if (target.length !== input.length) {
      throw new ShapeError({
        what: `Input ${name} of a compiled program has the wrong number of elements.`,
        got: `${input.length}`,
        expected: `${target.length}`,
      });
    }
    target.set(input);
  },
};

function jsExecutable(program: LoopProgram): Executable {
  const { source, messages, prints } = emitProgram(program);
  const printers = prints.map((print) => (...arrays: readonly TypedArray[]): void => {
    const valueOf = (id: Id, i: number): PrintedValue => ({
      ...bufferOf(program, id),
      data: present(arrays[i], "a printed value"),
    });
    printValues(print, print.values.map(valueOf));
  });
  const make = new Function("math", "prints", source)(runtime, printers) as () => JsInstance;
  const idle: JsInstance[] = [];
  const begin = (inputs: readonly TypedArray[]): JsInstance => {
    const instance = idle.pop() ?? make();
    if (inputs.length !== instance.inputs.length) {
      throw new ShapeError({
        what: "A compiled program was called with another number of arrays than it takes.",
        got: `${inputs.length}`,
        expected: `${instance.inputs.length}`,
      });
    }
    instance.reset();
    instance.inputs.forEach((set, i) => set(present(inputs[i], "input")));
    return instance;
  };
  const giveBack = (instance: JsInstance): void => {
    if (idle.length < mostIdle) idle.push(instance);
  };
  const outputsOf = (instance: JsInstance): TypedArray[] => {
    const failure = instance.failure();
    if (failure > 0) throw new NumericalError({ what: present(messages[failure - 1], "message of a check") });
    return instance.outputs();
  };
  return {
    call(inputs) {
      const instance = begin(inputs);
      try {
        instance.run(Infinity);
        return outputsOf(instance);
      } finally {
        giveBack(instance);
      }
    },
    start(inputs): Run {
      let instance: JsInstance | null = begin(inputs);
      let ended = false;
      const own = (): JsInstance => present(instance, "the instance of a disposed run");
      return {
        advance(fuel) {
          if (!ended) ended = own().run(Math.max(fuel, 1));
          return ended;
        },
        progress() {
          if (ended) return 1;
          const loops = own().progress();
          let done = 0;
          for (const [steps, total] of loops) if (total > 0) done += steps / total;
          return loops.length === 0 ? 0 : done / loops.length;
        },
        outputs: () => outputsOf(own()),
        dispose() {
          if (instance !== null) giveBack(instance);
          instance = null;
        },
      };
    },
    codeSize: source.length,
    text: () => source,
  };
}
