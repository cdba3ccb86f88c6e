import { DataError, type DataPlace } from "../dataError.js";
import { elementTypes, refusal, type ElementType } from "./elementTypes.js";
import { parsePythonLiteral, type PythonValue } from "./pythonLiteral.js";

/** What stands before the elements of an .npy file. */
export interface NpyHeader {
  readonly type: ElementType;
  readonly littleEndian: boolean;
  /** Whether the first index runs fastest. */
  readonly fortran: boolean;
  readonly shape: readonly number[];
  /** Number of elements. */
  readonly size: number;
  /** Byte at which the elements begin. */
  readonly start: number;
}

/** First six bytes of an .npy file. */
export const magic: readonly number[] = [0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59];

/**
 * Reads the header of an .npy file, format 1.0, 2.0 or 3.0 (NumPy Enhancement Proposal 1; numpy.lib.format).
 * @throws DataError
 */
export function readHeader(bytes: Uint8Array, place: DataPlace): NpyHeader {
  if (magic.some((byte, i) => bytes[i] !== byte)) throw wrongMagic(bytes, place);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  const major = bytes[6] ?? NaN;
  const minor = bytes[7] ?? NaN;
  if (bytes.length < 8) throw truncated(bytes, "the version", 8, place);
  if (!(major >= 1 && major <= 3 && minor === 0)) {
    throw new DataError(
      {
        what: "this version of the .npy format is not known.",
        got: `version ${major}.${minor}`,
        expected: "1.0, 2.0 or 3.0",
        fix: "save the array again with np.save.",
      },
      place,
    );
  }
  const prefix = major === 1 ? 10 : 12;
  if (bytes.length < prefix) throw truncated(bytes, "the length of the header", prefix, place);
  const start = prefix + (major === 1 ? view.getUint16(8, true) : view.getUint32(8, true));
  if (bytes.length < start) throw truncated(bytes, "the header", start, place);
  const header = bytes.subarray(prefix, start);
  const text = major === 3 ? new TextDecoder().decode(header) : latin1(header);
  return { ...readFields(text, place), start };
}

function readFields(text: string, place: DataPlace): Omit<NpyHeader, "start"> {
  const fail = (problem: string): never => {
    throw new DataError(
      {
        what: `the header of the .npy data is damaged: ${problem}.`,
        got: text.trimEnd().slice(0, 200),
        expected: "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 4), }",
      },
      place,
    );
  };
  const fields = parsePythonLiteral(text, fail);
  if (!(fields instanceof Map)) return fail("it is not a dict");
  const wanted = ["descr", "fortran_order", "shape"];
  const keys = [...(fields as ReadonlyMap<string, PythonValue>).keys()];
  const missing = wanted.find((key) => !keys.includes(key));
  if (missing !== undefined) return fail(`the key '${missing}' is missing`);
  const unknown = keys.find((key) => !wanted.includes(key));
  if (unknown !== undefined) return fail(`the key '${unknown}' is not known`);
  const get = (key: string): PythonValue => (fields as ReadonlyMap<string, PythonValue>).get(key) ?? null;
  const fortran = get("fortran_order");
  if (typeof fortran !== "boolean") return fail("'fortran_order' is neither True nor False");
  const shape = get("shape");
  if (
    shape === null ||
    typeof shape !== "object" ||
    shape instanceof Map ||
    !("kind" in shape) ||
    shape.kind !== "tuple"
  ) {
    return fail("'shape' is not a tuple");
  }
  const extents = shape.items.map((extent) =>
    typeof extent === "number" && Number.isSafeInteger(extent) && extent >= 0
      ? extent
      : fail("'shape' holds something that is not the length of an axis"),
  );
  const size = extents.reduce((product, extent) => product * extent, 1);
  if (!Number.isSafeInteger(size)) return fail("'shape' has more elements than can be counted");
  return { ...readDescr(get("descr"), place, fail), fortran, shape: extents, size };
}

function readDescr(
  descr: PythonValue,
  place: DataPlace,
  fail: (problem: string) => never,
): Pick<NpyHeader, "type" | "littleEndian"> {
  const structured = descr !== null && typeof descr === "object" && "kind" in descr && descr.kind === "list";
  if (typeof descr !== "string" && !structured) return fail("'descr' is not a string");
  const order = typeof descr === "string" ? (/^[<>|=]?/.exec(descr)?.[0] ?? "") : "";
  const code = typeof descr === "string" ? descr.slice(order.length) : "V";
  const type = elementTypes.get(code);
  if (type === undefined) {
    const { name, fix } = refusal(code);
    throw new DataError(
      {
        what: `the .npy data hold ${name}.`,
        got: `descr ${structured ? "with named fields" : `'${String(descr)}'`}`,
        expected: "numbers: float16 to float64, int8 to int64, uint8 to uint64, or bool",
        fix,
      },
      place,
    );
  }
  if (type.size > 1 && order !== "<" && order !== ">") return fail(`'descr' has no byte order: '${String(descr)}'`);
  return { type, littleEndian: order !== ">" };
}

function wrongMagic(bytes: Uint8Array, place: DataPlace): DataError {
  const head = [...bytes.subarray(0, 6)].map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
  const zip = bytes[0] === 0x50 && bytes[1] === 0x4b;
  return new DataError(
    {
      what: "this is not an .npy file.",
      got: bytes.length === 0 ? "nothing: it is empty" : `a beginning of ${head}${zip ? ", as an .npz file has" : ""}`,
      expected: "93 4e 55 4d 50 59, which is \\x93NUMPY",
      ...(zip ? { fix: "read it as .npz." } : {}),
    },
    place,
  );
}

function truncated(bytes: Uint8Array, part: string, expected: number, place: DataPlace): DataError {
  return new DataError(
    {
      what: `the .npy data end within ${part}.`,
      got: `${bytes.length} bytes`,
      expected: `at least ${expected}`,
      fix: "copy the file again: it is truncated.",
    },
    place,
  );
}

function latin1(bytes: Uint8Array): string {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}
