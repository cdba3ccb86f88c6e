import fs from "node:fs";
import { KernelError } from "../errors.js";

/** What the connection file of a kernel says. */
export interface Connection {
  readonly transport: string;
  readonly ip: string;
  readonly shell_port: number;
  readonly iopub_port: number;
  readonly stdin_port: number;
  readonly control_port: number;
  readonly hb_port: number;
  readonly key: string;
  readonly signature_scheme: string;
}

const ports = ["shell_port", "iopub_port", "stdin_port", "control_port", "hb_port"] as const;

/**
 * Reads a connection file.
 *
 * @throws KernelError if it is not there or a field is missing.
 */
export function readConnection(file: string): Connection {
  let text: string;
  try {
    text = fs.readFileSync(file, "utf8");
  } catch {
    throw new KernelError({
      what: `the connection file ${file} cannot be read`,
      fix: "Jupyter writes it and names it",
    });
  }
  const fields = JSON.parse(text) as Partial<Connection>;
  const missing = ports.filter((name) => typeof fields[name] !== "number");
  if (missing.length > 0) {
    throw new KernelError({ what: `the connection file ${file} is incomplete`, expected: missing.join(", ") });
  }
  return { transport: "tcp", ip: "127.0.0.1", key: "", signature_scheme: "hmac-sha256", ...fields } as Connection;
}

/** Address of one of the connection's sockets. */
export function address(connection: Connection, port: number): string {
  const separator = connection.transport === "ipc" ? "-" : ":";
  return `${connection.transport}://${connection.ip}${separator}${port}`;
}
