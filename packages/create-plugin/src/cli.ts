#!/usr/bin/env node
import process from "node:process";
import { runCommand } from "./command.js";
import { CreatePluginError } from "./errors.js";

try {
  process.stdout.write(runCommand(process.argv.slice(2)));
} catch (error) {
  if (!(error instanceof CreatePluginError)) throw error;
  process.stderr.write(`${error.message}\n`);
  process.exitCode = 1;
}
