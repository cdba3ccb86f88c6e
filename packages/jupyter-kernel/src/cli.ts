#!/usr/bin/env node
import process from "node:process";
import { KernelError } from "./errors.js";
import { runCommand } from "./install/commands.js";

try {
  process.stdout.write(runCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof KernelError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
