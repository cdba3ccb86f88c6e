import type { Id, LoopProgram } from "../../lowering/loopProgram.js";
import { sizeOf } from "../../ir/types.js";
import { byteSize } from "../../util/dtype.js";
import type { DType, TypedArray } from "../../util/dtype.js";
import { NumericalError, ShapeError, UnsupportedError } from "../../util/errors.js";
import { present } from "../../util/invariant.js";
import type { Executable, PortableArray, PortableProgram, Run } from "../backend.js";
import { bufferOf, isSimple, rootOf } from "../structure.js";
import { disassemble } from "./disassemble.js";
import { emitProgram } from "./emitProgram.js";
import type { EmittedProgram } from "./emitProgram.js";
import { failureAddress, growableState, heapTopAddress, loopState, outOfMemory } from "./layout.js";
import { compileModule, instantiate } from "./webAssembly.js";
import type { WasmExports, WasmModule } from "./webAssembly.js";

/** Idle instances that are kept for later calls: one in any case, more of them while they are small. */
const mostIdle = 4;
const mostIdleBytes = 2 ** 28;

/** Compiles a program to a WebAssembly module; instances are made as runs need them and used again. */
export function wasmExecutable(program: LoopProgram): Executable {
  const emitted = emitProgram(program);
  const module = compileModule(emitted.bytes);
  const idle: Instance[] = [];
  const acquire = (): Instance => idle.pop() ?? newInstance(program, emitted, module);
  const giveBack = (instance: Instance): void => {
    const fits = idle.length < mostIdle && (idle.length + 1) * instance.bytes() <= mostIdleBytes;
    if (idle.length === 0 || fits) idle.push(instance);
  };
  return {
    call(inputs) {
      const instance = acquire();
      try {
        instance.begin(inputs);
        instance.run(Infinity);
        return instance.outputs();
      } finally {
        giveBack(instance);
      }
    },
    start(inputs): Run {
      let instance: Instance | null = acquire();
      const own = (): Instance => present(instance, "the instance of a disposed run");
      own().begin(inputs);
      let ended = false;
      return {
        advance(fuel) {
          if (!ended) ended = own().run(Math.max(fuel, 1));
          return ended;
        },
        progress: () => (ended ? 1 : own().progress()),
        outputs: () => own().outputs(),
        dispose() {
          if (instance !== null) giveBack(instance);
          instance = null;
        },
      };
    },
    codeSize: emitted.bytes.length,
    portable: portableOf(program, emitted, module),
    text: () => disassemble(emitted.bytes, emitted.functionNames),
  };
}

/** What a run fails with whose Histories outgrow the memory: `failureAddress` then holds `outOfMemory`. */
export function recordsTooMuch(): UnsupportedError {
  return new UnsupportedError({
    what: "The run records more than a WebAssembly memory can hold.",
    expected: "less than 4 GiB",
    fix: "record less: keep the Histories in blocks, or give the step's exact inverse.",
  });
}

/** The program as data. Only for programs whose inputs and outputs have a static size, as those of Graphs have. */
function portableOf(program: LoopProgram, { layout, messages }: EmittedProgram, module: WasmModule): PortableProgram {
  const array = (id: Id): PortableArray => {
    const { dtype, shape } = bufferOf(program, id);
    return { dtype, address: layout.address(rootOf(program, id)), length: sizeOf(shape) };
  };
  const loop = program.body.find((statement) => statement.kind === "loop");
  return {
    module,
    inputs: program.inputs.map(array),
    outputs: program.outputs.map(array),
    stateEnd: layout.stateEnd,
    failureAddress,
    heapTopAddress,
    heapStart: layout.end,
    growableRows: layout.growable.map((id) => layout.address(id) + growableState.rows),
    steps:
      loop?.kind === "loop"
        ? { done: layout.loop(loop) + loopState.done, total: layout.loop(loop) + loopState.total }
        : null,
    messages,
  };
}

/** One memory and the state of at most one run. */
interface Instance {
  begin(inputs: readonly TypedArray[]): void;
  /** Whether the program has ended. */
  run(fuel: number): boolean;
  outputs(): TypedArray[];
  progress(): number;
  /** Size of its memory. */
  bytes(): number;
}

function newInstance(program: LoopProgram, emitted: EmittedProgram, module: WasmModule): Instance {
  const { layout, messages } = emitted;
  const { memory, run }: WasmExports = instantiate(module);
  let state = new Int32Array(memory.buffer);
  const views = new Map<Id, TypedArray>();
  let heapTop = layout.end;

  const refresh = (): void => {
    if (state.buffer === memory.buffer) return;
    state = new Int32Array(memory.buffer);
    views.clear();
  };
  const read = (address: number): number => present(state[address >> 2], "state");
  const viewOf = (id: Id): TypedArray => {
    const buffer = bufferOf(program, id);
    const root = rootOf(program, id);
    if (buffer.growable) {
      const descriptor = layout.address(root);
      const rows = read(descriptor + growableState.rows);
      return view(
        memory.buffer,
        buffer.dtype,
        read(descriptor + growableState.address) >>> 0,
        rows * sizeOf(buffer.shape),
      );
    }
    let known = views.get(id);
    if (known === undefined) {
      known = view(memory.buffer, buffer.dtype, layout.address(root), sizeOf(buffer.shape));
      views.set(id, known);
    }
    return known;
  };
  /** Makes room for an argument of unknown length, as the module's `reserve` would. */
  const makeRoom = (id: Id, rows: number): void => {
    const descriptor = layout.address(rootOf(program, id));
    if (read(descriptor + growableState.capacity) < rows) {
      const bytes = Math.ceil((rows * layout.bytes(rootOf(program, id))) / 64) * 64;
      if (heapTop + bytes > memory.buffer.byteLength) {
        memory.grow(Math.ceil((heapTop + bytes - memory.buffer.byteLength) / 65536));
        refresh();
      }
      state[(descriptor + growableState.address) >> 2] = heapTop;
      state[(descriptor + growableState.capacity) >> 2] = rows;
      heapTop += bytes;
      state[heapTopAddress >> 2] = heapTop;
    }
    state[(descriptor + growableState.rows) >> 2] = rows;
  };

  return {
    begin(inputs) {
      refresh();
      state.fill(0, 0, layout.stateEnd >> 2);
      state[heapTopAddress >> 2] = heapTop;
      for (const id of layout.growable) state[(layout.address(id) + growableState.rows) >> 2] = 0;
      checkCount(program, inputs.length);
      program.inputs.forEach((id, i) => {
        const input = present(inputs[i], "input");
        const buffer = bufferOf(program, id);
        if (buffer.growable) makeRoom(id, input.length / Math.max(1, sizeOf(buffer.shape)));
        const target = viewOf(id);
        if (target.length !== input.length) wrongLength(buffer.name, input.length, target.length);
        target.set(input);
      });
    },
    run(fuel) {
      try {
        return run(fuel) === 0;
      } catch (error) {
        refresh();
        if (read(failureAddress) === outOfMemory) {
          throw recordsTooMuch();
        }
        throw error;
      } finally {
        refresh();
        heapTop = read(heapTopAddress) >>> 0;
      }
    },
    outputs() {
      const failure = read(failureAddress);
      if (failure > 0) throw new NumericalError({ what: present(messages[failure - 1], "message of a check") });
      return program.outputs.map((id) => viewOf(id).slice());
    },
    bytes: () => memory.buffer.byteLength,
    progress() {
      const loops = program.body.filter((statement) => !isSimple([statement]));
      const at = read(layout.list(program.body)) - 1;
      let all = 0;
      let done = 0;
      loops.forEach((statement, i) => {
        if (statement.kind !== "loop") return;
        const steps = read(layout.loop(statement) + loopState.done);
        const total = read(layout.loop(statement) + loopState.total);
        all += 1;
        if (i < at) done += 1;
        else if (i === at && total > 0) done += steps / total;
      });
      return all === 0 ? 0 : done / all;
    },
  };
}

function view(buffer: ArrayBuffer, dtype: DType, address: number, length: number): TypedArray {
  invariantAligned(address, dtype);
  switch (dtype) {
    case "float64":
      return new Float64Array(buffer, address, length);
    case "float32":
      return new Float32Array(buffer, address, length);
    case "int32":
      return new Int32Array(buffer, address, length);
    case "uint32":
      return new Uint32Array(buffer, address, length);
    case "bool":
      return new Uint8Array(buffer, address, length);
  }
}

function invariantAligned(address: number, dtype: DType): void {
  present(address % byteSize(dtype) === 0 ? true : null, "alignment of a buffer");
}

function checkCount(program: LoopProgram, got: number): void {
  if (got === program.inputs.length) return;
  throw new ShapeError({
    what: "A compiled program was called with another number of arrays than it takes.",
    got: `${got}`,
    expected: `${program.inputs.length}`,
  });
}

function wrongLength(name: string, got: number, expected: number): never {
  throw new ShapeError({
    what: `Input ${name} of a compiled program has the wrong number of elements.`,
    got: `${got}`,
    expected: `${expected}`,
  });
}
