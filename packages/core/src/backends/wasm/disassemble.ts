import { present } from "../../util/invariant.js";
import { accesses, instructions, laneInstructions, valueTypes } from "./instructions.js";

/** The functions of a module of this backend in a text form: one instruction a line, indented by nesting. */
export function disassemble(module: Uint8Array, names: readonly string[]): string {
  const reader = byteReader(module, 8);
  const lines: string[] = [];
  while (!reader.atEnd()) {
    const id = reader.byte();
    const size = reader.unsigned();
    const end = reader.position() + size;
    if (id === 10) {
      const count = reader.unsigned();
      for (let i = 0; i < count; i++) disassembleFunction(reader, names[i] ?? `${i}`, names, lines);
    }
    reader.seek(end);
  }
  return lines.join("\n");
}

interface ByteReader {
  atEnd(): boolean;
  position(): number;
  seek(position: number): void;
  byte(): number;
  unsigned(): number;
  signed(): bigint;
  float64(): number;
  float32(): number;
}

function byteReader(bytes: Uint8Array, start: number): ByteReader {
  const data = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  let at = start;
  return {
    atEnd: () => at >= bytes.length,
    position: () => at,
    seek: (position) => void (at = position),
    byte: () => data.getUint8(at++),
    unsigned() {
      let value = 0;
      for (let scale = 1; ; scale *= 128) {
        const byte = data.getUint8(at++);
        value += (byte & 0x7f) * scale;
        if (byte < 0x80) return value;
      }
    },
    signed() {
      let value = 0n;
      for (let shift = 0n; ; shift += 7n) {
        const byte = data.getUint8(at++);
        value |= BigInt(byte & 0x7f) << shift;
        if (byte < 0x80) return byte & 0x40 ? value - (1n << (shift + 7n)) : value;
      }
    },
    float64: () => data.getFloat64((at += 8) - 8, true),
    float32: () => data.getFloat32((at += 4) - 4, true),
  };
}

const plainNames = invert(Object.entries(instructions));
const accessNames = invert(Object.entries(accesses).map(([name, [opcode]]) => [name, opcode]));
const laneNames = invert(Object.entries(laneInstructions));
const typeNames = invert(Object.entries(valueTypes));

function invert(entries: readonly (readonly [string, number])[]): ReadonlyMap<number, string> {
  return new Map(entries.map(([name, code]) => [code, name]));
}

function disassembleFunction(reader: ByteReader, name: string, names: readonly string[], lines: string[]): void {
  const end = reader.unsigned() + reader.position();
  const locals: string[] = [];
  for (let runs = reader.unsigned(); runs > 0; runs--) {
    const count = reader.unsigned();
    locals.push(`${count} ${typeNames.get(reader.byte())}`);
  }
  lines.push(`${name}: ${locals.join(", ")}`);
  let depth = 1;
  while (reader.position() < end) {
    const text = instructionText(reader, names);
    if (text === "end" || text === "else") depth--;
    if (depth > 0) lines.push("  ".repeat(depth) + text);
    if (text === "else" || /^(block|loop|if)/.test(text)) depth++;
  }
}

/** Structured and variable instructions, with their immediates. Source: WebAssembly Core Specification 2.0, section 5.4. */
function instructionText(reader: ByteReader, names: readonly string[]): string {
  const first = reader.byte();
  const opcode = first === 0xfc || first === 0xfd ? first * 256 + reader.unsigned() : first;
  const plain = plainNames.get(opcode);
  if (plain !== undefined) return plain;
  const access = accessNames.get(opcode);
  if (access !== undefined) {
    reader.unsigned();
    return `${access} offset=${reader.unsigned()}`;
  }
  const lane = laneNames.get(opcode);
  if (lane !== undefined) return `${lane} ${reader.byte()}`;
  const blockType = (): string => {
    const type = typeNames.get(reader.byte());
    return type === undefined ? "" : ` ${type}`;
  };
  switch (opcode) {
    case 0x02:
      return `block${blockType()}`;
    case 0x03:
      return `loop${blockType()}`;
    case 0x04:
      return `if${blockType()}`;
    case 0x05:
      return "else";
    case 0x0b:
      return "end";
    case 0x0c:
      return `br ${reader.unsigned()}`;
    case 0x0d:
      return `br_if ${reader.unsigned()}`;
    case 0x0e: {
      const count = reader.unsigned();
      return `br_table ${Array.from({ length: count + 1 }, () => reader.unsigned()).join(" ")}`;
    }
    case 0x0f:
      return "return";
    case 0x10:
      return `call ${present(names[reader.unsigned()], "function")}`;
    case 0x20:
      return `local.get ${reader.unsigned()}`;
    case 0x21:
      return `local.set ${reader.unsigned()}`;
    case 0x22:
      return `local.tee ${reader.unsigned()}`;
    case 0x23:
      return `global.get ${reader.unsigned()}`;
    case 0x24:
      return `global.set ${reader.unsigned()}`;
    case 0x3f:
      return `memory.size${reader.byte() === 0 ? "" : " ?"}`;
    case 0x40:
      return `memory.grow${reader.byte() === 0 ? "" : " ?"}`;
    case 0x41:
      return `i32.const ${reader.signed()}`;
    case 0x42:
      return `i64.const ${reader.signed()}`;
    case 0x43:
      return `f32.const ${reader.float32()}`;
    case 0x44:
      return `f64.const ${reader.float64()}`;
    case 0xfc0a:
      return `memory.copy${reader.byte() + reader.byte() === 0 ? "" : " ?"}`;
    case 0xfd0c:
      return `v128.const ${reader.float64()} ${reader.float64()}`;
    case 0xfd0d:
      return `i8x16.shuffle ${Array.from({ length: 16 }, () => reader.byte()).join(" ")}`;
    default:
      return `unknown ${opcode.toString(16)}`;
  }
}
