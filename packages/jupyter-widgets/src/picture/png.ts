import { ArgumentError } from "@simgrad/core";
import { Buffer } from "node:buffer";
import { crc32, deflateSync } from "node:zlib";

/** An image whose pixels are indices into a palette. */
export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  /** `[height * width]`, row by row from the top. */
  readonly pixels: Uint8Array;
  /** At most 256 colours as `[red, green, blue]`, 0 to 255. */
  readonly palette: readonly (readonly [number, number, number])[];
}

/**
 * Encodes an image as a PNG file, losslessly.
 *
 * Format: PNG (Portable Network Graphics) Specification, 3rd ed., W3C 2025: section 5 (chunks), 11.2 (IHDR, PLTE, IDAT,
 * IEND), 9 (filter 2, "Up", which suits smooth fields).
 */
export function encodePng(image: IndexedImage): Uint8Array {
  const { width, height, pixels, palette } = image;
  if (pixels.length !== width * height || width < 1 || height < 1 || palette.length < 1 || palette.length > 256) {
    throw new ArgumentError({
      what: "encodePng: the parts of the image do not fit together.",
      got: `${pixels.length} pixels for ${width} x ${height}, ${palette.length} colours`,
      expected: "width * height pixels, at least one, and 1 to 256 colours",
    });
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, 3, 0, 0, 0], 8); // 8 bits a pixel, palette colour, deflate, standard filters, not interlaced
  return Buffer.concat([
    Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
    chunk("IHDR", header),
    chunk("PLTE", Buffer.from(palette.flat())),
    chunk("IDAT", deflateSync(filterUp(pixels, width, height), { level: 9 })),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}

/** The image as a `data:` address for an SVG `<image>`. */
export function pngDataUri(image: IndexedImage): string {
  return `data:image/png;base64,${Buffer.from(encodePng(image)).toString("base64")}`;
}

function filterUp(pixels: Uint8Array, width: number, height: number): Uint8Array {
  const rows = new Uint8Array((width + 1) * height);
  for (let row = 0; row < height; row++) {
    const to = row * (width + 1);
    const from = row * width;
    rows[to] = 2;
    for (let i = 0; i < width; i++) {
      const above = row === 0 ? 0 : (pixels[from - width + i] as number);
      rows[to + 1 + i] = (pixels[from + i] as number) - above;
    }
  }
  return rows;
}

function chunk(type: string, data: Uint8Array): Uint8Array {
  const body = Buffer.concat([Buffer.from(type, "latin1"), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crc32(body), body.length + 4);
  return framed;
}
