/** A byte array that grows as it is written to. */
export interface ByteWriter {
  readonly length: number;
  byte(value: number): void;
  /** Unsigned LEB128 of an integer in [0, 2^32). */
  unsigned(value: number): void;
  /** Signed LEB128 of an integer in [-2^31, 2^31). */
  signed(value: number): void;
  /** Signed LEB128 of an integer in [-2^63, 2^63). */
  signed64(value: bigint): void;
  float64(value: number): void;
  float32(value: number): void;
  bytes(source: Uint8Array): void;
  /** Length as LEB128, then UTF-8 bytes. */
  name(text: string): void;
  /** What was written; a view that later writes may invalidate. */
  view(): Uint8Array;
}

const scratch = new DataView(new ArrayBuffer(8));

/** An empty ByteWriter. */
export function byteWriter(capacity = 256): ByteWriter {
  let data = new Uint8Array(capacity);
  let length = 0;

  const reserve = (extra: number): void => {
    if (length + extra <= data.length) return;
    const larger = new Uint8Array(Math.max(2 * data.length, length + extra));
    larger.set(data);
    data = larger;
  };
  const writer: ByteWriter = {
    get length() {
      return length;
    },
    byte(value) {
      if (length === data.length) reserve(1);
      data[length++] = value;
    },
    unsigned(value) {
      reserve(5);
      let rest = value >>> 0;
      while (rest >= 0x80) {
        data[length++] = (rest & 0x7f) | 0x80;
        rest >>>= 7;
      }
      data[length++] = rest;
    },
    signed(value) {
      reserve(5);
      let rest = value | 0;
      while (rest > 0x3f || rest < -0x40) {
        data[length++] = (rest & 0x7f) | 0x80;
        rest >>= 7;
      }
      data[length++] = rest & 0x7f;
    },
    signed64(value) {
      reserve(10);
      let rest = value;
      while (rest > 0x3fn || rest < -0x40n) {
        data[length++] = Number(rest & 0x7fn) | 0x80;
        rest >>= 7n;
      }
      data[length++] = Number(rest & 0x7fn);
    },
    float64(value) {
      reserve(8);
      scratch.setFloat64(0, value, true);
      for (let i = 0; i < 8; i++) data[length++] = scratch.getUint8(i);
    },
    float32(value) {
      reserve(4);
      scratch.setFloat32(0, value, true);
      for (let i = 0; i < 4; i++) data[length++] = scratch.getUint8(i);
    },
    bytes(source) {
      reserve(source.length);
      data.set(source, length);
      length += source.length;
    },
    name(text) {
      const encoded = new TextEncoder().encode(text);
      writer.unsigned(encoded.length);
      writer.bytes(encoded);
    },
    view: () => data.subarray(0, length),
  };
  return writer;
}
