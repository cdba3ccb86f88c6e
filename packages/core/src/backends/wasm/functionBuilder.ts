import { present } from "../../util/invariant.js";
import { byteWriter } from "./bytes.js";
import { accesses, instructions, laneInstructions, valueTypes } from "./instructions.js";
import type { AccessInstruction, Instruction, LaneInstruction, ValueType } from "./instructions.js";

/** Writes the body of one function, instruction by instruction. Labels of branches are relative depths, as in the binary format. */
export interface FunctionBuilder {
  /** Bytes written so far. */
  readonly size: number;
  /** A local of the type that nobody holds. */
  take(type: ValueType): number;
  /** Gives a local back. */
  release(local: number): void;
  op(name: Instruction): void;
  i32(value: number): void;
  i64(value: bigint): void;
  f32(value: number): void;
  f64(value: number): void;
  /** A vector of two float64. */
  f64x2(low: number, high: number): void;
  /** A vector of four float32. */
  f32x4(value: number): void;
  /** A vector of four int32. */
  i32x4(lanes: readonly [number, number, number, number]): void;
  get(local: number): void;
  set(local: number): void;
  tee(local: number): void;
  globalGet(index: number): void;
  globalSet(index: number): void;
  /** A load or store at `offset` bytes beyond the address on the stack. */
  access(name: AccessInstruction, offset: number): void;
  lane(name: LaneInstruction, lane: number): void;
  /** Lanes of two vectors by byte: 0-15 the first one's, 16-31 the second one's. */
  shuffle(lanes: readonly number[]): void;
  call(index: number): void;
  block(): void;
  loop(): void;
  if(result?: ValueType): void;
  else(): void;
  end(): void;
  br(depth: number): void;
  brIf(depth: number): void;
  brTable(depths: readonly number[], otherwise: number): void;
  return(): void;
  memorySize(): void;
  memoryGrow(): void;
  memoryCopy(): void;
  /** The function as it stands in the code section: locals, then instructions. */
  finish(): Uint8Array;
}

/** A FunctionBuilder for a function with the given parameters, which are locals 0, 1, ... */
export function functionBuilder(parameters: readonly ValueType[]): FunctionBuilder {
  const code = byteWriter(512);
  const types: ValueType[] = [...parameters];
  const free: { readonly [K in ValueType]: number[] } = { i32: [], i64: [], f32: [], f64: [], v128: [] };

  const emit = (opcode: number): void => {
    if (opcode < 0x100) code.byte(opcode);
    else {
      code.byte(opcode >> 8);
      code.unsigned(opcode & 0xff);
    }
  };
  const withIndex = (opcode: number, index: number): void => {
    code.byte(opcode);
    code.unsigned(index);
  };

  return {
    get size() {
      return code.length;
    },
    take(type) {
      const reused = free[type].pop();
      if (reused !== undefined) return reused;
      types.push(type);
      return types.length - 1;
    },
    release(local) {
      free[present(types[local], "a local")].push(local);
    },
    op: (name) => emit(instructions[name]),
    i32(value) {
      code.byte(0x41);
      code.signed(value);
    },
    i64(value) {
      code.byte(0x42);
      code.signed64(value);
    },
    f32(value) {
      code.byte(0x43);
      code.float32(value);
    },
    f64(value) {
      code.byte(0x44);
      code.float64(value);
    },
    f64x2(low, high) {
      emit(0xfd0c);
      code.float64(low);
      code.float64(high);
    },
    f32x4(value) {
      emit(0xfd0c);
      for (let lane = 0; lane < 4; lane++) code.float32(value);
    },
    i32x4(lanes) {
      emit(0xfd0c);
      for (const value of lanes) for (let shift = 0; shift < 32; shift += 8) code.byte((value >> shift) & 0xff);
    },
    get: (local) => withIndex(0x20, local),
    set: (local) => withIndex(0x21, local),
    tee: (local) => withIndex(0x22, local),
    globalGet: (index) => withIndex(0x23, index),
    globalSet: (index) => withIndex(0x24, index),
    access(name, offset) {
      const [opcode, alignment] = accesses[name];
      emit(opcode);
      code.unsigned(alignment);
      code.unsigned(offset);
    },
    lane(name, lane) {
      emit(laneInstructions[name]);
      code.byte(lane);
    },
    shuffle(lanes) {
      emit(0xfd0d);
      for (const lane of lanes) code.byte(lane);
    },
    call: (index) => withIndex(0x10, index),
    block() {
      code.byte(0x02);
      code.byte(0x40);
    },
    loop() {
      code.byte(0x03);
      code.byte(0x40);
    },
    if(result) {
      code.byte(0x04);
      code.byte(result === undefined ? 0x40 : valueTypes[result]);
    },
    else: () => code.byte(0x05),
    end: () => code.byte(0x0b),
    br: (depth) => withIndex(0x0c, depth),
    brIf: (depth) => withIndex(0x0d, depth),
    brTable(depths, otherwise) {
      withIndex(0x0e, depths.length);
      for (const depth of depths) code.unsigned(depth);
      code.unsigned(otherwise);
    },
    return: () => code.byte(0x0f),
    memorySize() {
      code.byte(0x3f);
      code.byte(0);
    },
    memoryGrow() {
      code.byte(0x40);
      code.byte(0);
    },
    memoryCopy() {
      emit(0xfc0a);
      code.byte(0);
      code.byte(0);
    },
    finish() {
      const body = byteWriter(code.length + 32);
      writeLocals(types.slice(parameters.length), (count, type) => {
        body.unsigned(count);
        if (type !== null) body.byte(valueTypes[type]);
      });
      body.bytes(code.view());
      body.byte(0x0b);
      return body.view();
    },
  };
}

/** Number of runs of equal types, then each run. */
function writeLocals(types: readonly ValueType[], write: (count: number, type: ValueType | null) => void): void {
  const runs: [number, ValueType][] = [];
  for (const type of types) {
    const last = runs[runs.length - 1];
    if (last !== undefined && last[1] === type) last[0]++;
    else runs.push([1, type]);
  }
  write(runs.length, null);
  for (const [count, type] of runs) write(count, type);
}
