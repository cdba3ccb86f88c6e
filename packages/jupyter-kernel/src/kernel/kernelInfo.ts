import type { JsonObject } from "../api/kernelApi.js";

/** What the kernel says of itself; `typescript` is the pinned version of the compiler. */
export function kernelInfo(): JsonObject {
  return {
    status: "ok",
    protocol_version: "5.3",
    implementation: "simgrad",
    implementation_version: "0.1.0",
    banner: `TypeScript (simgrad), Node ${process.version}`,
    help_links: [{ text: "TypeScript handbook", url: "https://www.typescriptlang.org/docs/" }],
    language_info: {
      name: "typescript",
      version: "5.9.3",
      mimetype: "text/typescript",
      file_extension: ".ts",
      // JupyterLab takes the mode's name; the classic notebook needs the pair of `name` and `typescript`.
      codemirror_mode: { name: "javascript", mode: "typescript", typescript: true },
      pygments_lexer: "typescript",
      nbconvert_exporter: "script",
    },
    supported_features: [],
  };
}
