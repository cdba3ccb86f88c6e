import { ArgumentError, FileError, pathName, readBytes, writeBytes, type Path } from "@simgrad/core";
import type { Mesh } from "../mesh/mesh.js";
import { MeshError } from "../mesh/meshError.js";
import { formatObj } from "./formatObj.js";
import { formatPly, type FormatPlyOptions } from "./formatPly.js";
import { formatStl, type FormatStlOptions } from "./formatStl.js";
import { formatOff, parseOff } from "./off.js";
import { parseObj } from "./parseObj.js";
import { parsePly } from "./parsePly.js";
import { parseStl, type ParseStlOptions } from "./parseStl.js";

/** How files of meshes are read; `weld` is for STL alone. */
export type ReadMeshOptions = ParseStlOptions;

/** How files of meshes are written; `format` is for PLY and STL alone. */
export interface WriteMeshOptions extends Omit<FormatPlyOptions, "format">, Omit<FormatStlOptions, "format"> {
  /** Text or binary, where the format has both. */
  readonly format?: "text" | "binary";
}

const parsers = { obj: parseObj, ply: parsePly, off: parseOff, stl: parseStl } as const;
const formatters = { obj: formatObj, ply: formatPly, off: formatOff, stl: formatStl } as const;

/**
 * Reads a mesh in Node from a file that ends in .obj, .ply, .off or .stl.
 * @throws MeshError with file, line and element where the file cannot be read, or is not a mesh; ArgumentError for
 *   other endings.
 */
export async function readMesh(path: Path, options: ReadMeshOptions = {}): Promise<Mesh> {
  const parse = parsers[formatOf(path)];
  const bytes = await readBytes(path).catch(throwMeshError);
  return parse(bytes, { file: pathName(path), ...options });
}

/**
 * Writes a mesh in Node to a file that ends in .obj, .ply, .off or .stl, beside it first, then renamed. Numbers read
 * back to the same bits.
 * @throws MeshError where it cannot be written; what was there before is then still there.
 */
export async function writeMesh(path: Path, mesh: Mesh, options: WriteMeshOptions = {}): Promise<void> {
  const format = formatters[formatOf(path)];
  await writeBytes(path, format(mesh, options)).catch(throwMeshError);
}

function formatOf(path: Path): keyof typeof parsers {
  const name = pathName(path);
  const ending = /\.(obj|ply|off|stl)$/i.exec(name)?.[1];
  if (ending !== undefined) return ending.toLowerCase() as keyof typeof parsers;
  throw new ArgumentError({
    what: "The file's ending names no format of meshes.",
    got: name,
    expected: ".obj, .ply, .off or .stl",
    fix: "rename it, or read its bytes and give them to parseObj, parsePly, parseOff or parseStl.",
  });
}

function throwMeshError(error: unknown): never {
  if (error instanceof FileError) throw new MeshError(error.parts, { file: error.file });
  throw error;
}
