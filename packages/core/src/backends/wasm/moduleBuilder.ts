import { present } from "../../util/invariant.js";
import { byteWriter } from "./bytes.js";
import type { ByteWriter } from "./bytes.js";
import { functionBuilder } from "./functionBuilder.js";
import type { FunctionBuilder } from "./functionBuilder.js";
import { valueTypes } from "./instructions.js";
import type { ValueType } from "./instructions.js";

/** Collects the functions of a module. */
export interface ModuleBuilder {
  /** A function whose number is needed before its body is; `name` is for readers. */
  declare(name: string, parameters: readonly ValueType[], result: ValueType | null): number;
  /** The builder of a declared function's body. */
  open(index: number): FunctionBuilder;
  /** Ends the body of a declared function. */
  close(index: number, body: FunctionBuilder): void;
  /** Names of the functions, by number. */
  names(): readonly string[];
  /** The module, with one memory exported as "memory", one global (mutable f64, number 0), the given functions exported, and constants in memory. */
  finish(memoryPages: number, exported: Readonly<Record<string, number>>, data: readonly DataSegment[]): Uint8Array;
}

/** Numbers that stand in memory from the beginning. */
export interface DataSegment {
  readonly address: number;
  readonly values: readonly number[];
}

interface Declared {
  readonly name: string;
  readonly parameters: readonly ValueType[];
  readonly result: ValueType | null;
  code: Uint8Array | null;
}

/** Largest memory: 65536 pages of 64 kB, 4 GiB. */
const mostPages = 65536;

/** An empty module. */
export function moduleBuilder(): ModuleBuilder {
  const functions: Declared[] = [];
  const declared = (index: number): Declared => present(functions[index], "a function");
  return {
    declare(name, parameters, result) {
      functions.push({ name, parameters, result, code: null });
      return functions.length - 1;
    },
    open: (index) => functionBuilder(declared(index).parameters),
    close(index, body) {
      declared(index).code = body.finish();
    },
    names: () => functions.map((fn) => fn.name),
    finish(memoryPages, exported, data) {
      const typeNumbers = new Map<string, number>();
      const types = byteWriter();
      const typeOf = functions.map(({ parameters, result }) => {
        const key = `${parameters.join()}:${result}`;
        const known = typeNumbers.get(key);
        if (known !== undefined) return known;
        types.byte(0x60);
        types.unsigned(parameters.length);
        for (const type of parameters) types.byte(valueTypes[type]);
        types.unsigned(result === null ? 0 : 1);
        if (result !== null) types.byte(valueTypes[result]);
        typeNumbers.set(key, typeNumbers.size);
        return typeNumbers.size - 1;
      });

      const module = byteWriter(4096);
      module.bytes(Uint8Array.of(0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00));
      section(module, 1, typeNumbers.size, (out) => out.bytes(types.view()));
      section(module, 3, functions.length, (out) => typeOf.forEach((type) => out.unsigned(type)));
      section(module, 5, 1, (out) => {
        out.byte(0x01);
        out.unsigned(memoryPages);
        out.unsigned(mostPages);
      });
      section(module, 6, 1, (out) => {
        out.byte(valueTypes.f64);
        out.byte(0x01);
        out.byte(0x44);
        out.float64(0);
        out.byte(0x0b);
      });
      section(module, 7, 1 + Object.keys(exported).length, (out) => {
        out.name("memory");
        out.byte(0x02);
        out.unsigned(0);
        for (const [name, index] of Object.entries(exported)) {
          out.name(name);
          out.byte(0x00);
          out.unsigned(index);
        }
      });
      section(module, 10, functions.length, (out) => {
        for (const { code } of functions) {
          const body = present(code, "the body of a function");
          out.unsigned(body.length);
          out.bytes(body);
        }
      });
      if (data.length > 0) {
        section(module, 11, data.length, (out) => {
          for (const { address, values } of data) {
            out.byte(0x00);
            out.byte(0x41);
            out.signed(address);
            out.byte(0x0b);
            out.unsigned(8 * values.length);
            for (const value of values) out.float64(value);
          }
        });
      }
      return module.view().slice();
    },
  };
}

function section(module: ByteWriter, id: number, count: number, write: (out: ByteWriter) => void): void {
  const content = byteWriter(1024);
  content.unsigned(count);
  write(content);
  module.byte(id);
  module.unsigned(content.length);
  module.bytes(content.view());
}
