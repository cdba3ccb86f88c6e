import { np, type DType, type TensorLike } from "@simgrad/core";
import { elementsOf } from "../tensors.js";
import { magic } from "./header.js";

const descr: { readonly [K in DType]: string } = {
  float64: "<f8",
  float32: "<f4",
  int32: "<i4",
  uint32: "<u4",
  bool: "|b1",
};

/** numpy.lib.format aligns the elements so, that they can be mapped into memory. */
const alignment = 64;

/** numpy.lib.format leaves room for the first extent to grow to as many digits. */
const growthDigits = 21;

/**
 * Writes an array as the bytes of an .npy file, format 1.0, C order, little-endian: those that np.save writes of it.
 *
 * @throws TracedValueError inside a traced function.
 */
export function formatNpy(values: TensorLike): Uint8Array {
  const tensor = np.asarray(values);
  const data = elementsOf(tensor);
  const { shape, dtype } = tensor;
  const tuple = shape.length === 1 ? `(${shape.join("")},)` : `(${shape.join(", ")})`;
  const growth = shape.length === 0 ? "" : " ".repeat(growthDigits - String(shape[0]).length);
  const fields = `{'descr': '${descr[dtype]}', 'fortran_order': False, 'shape': ${tuple}, }${growth}`;
  const prefix = magic.length + 4;
  const padding = alignment - ((prefix + fields.length + 1) % alignment);
  const header = `${fields}${" ".repeat(padding)}\n`;
  const size = data.BYTES_PER_ELEMENT;
  const bytes = new Uint8Array(prefix + header.length + data.length * size);
  const view = new DataView(bytes.buffer);
  bytes.set([...magic, 1, 0]);
  view.setUint16(8, header.length, true);
  bytes.set(new TextEncoder().encode(header), prefix);
  bytes.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), prefix + header.length);
  if (size > 1 && !hostIsLittleEndian) swap(bytes.subarray(prefix + header.length), size);
  return bytes;
}

function swap(bytes: Uint8Array, size: number): void {
  for (let at = 0; at < bytes.length; at += size) bytes.subarray(at, at + size).reverse();
}

const hostIsLittleEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;
