import path from "node:path";
import { parseArgs } from "node:util";
import { createPlugin, type CreatedPlugin } from "./createPlugin.js";
import { CreatePluginError } from "./errors.js";

/** What `--help` prints. */
export const help = `npm create @simgrad/plugin NAME [-- --dir DIR]

Makes a package with a simulator that simgrad differentiates: heat in a rod, to be replaced by your own. It has tests (the
contract of plugins, and one of physics), a workflow that runs them, and a notebook.

  NAME       name of the package: heat-rod, @someone/heat-rod
  --dir DIR  its folder, which must be empty or not there yet; if not said, NAME without its scope
  --help     this text
`;

/**
 * Does what the command line says; returns what to print.
 *
 * @throws CreatePluginError with the code USAGE if the command line is not understood, and as `createPlugin` does.
 */
export function runCommand(args: readonly string[]): string {
  const { values, positionals } = readArguments(args);
  if (values.help === true) return help;
  const [name, ...more] = positionals;
  if (name === undefined)
    wrongUse("No name is given.", "nothing", "NAME", "name the package: npm create @simgrad/plugin heat-rod");
  if (more.length > 0) wrongUse("More than one name is given.", positionals.join(" "), "one NAME");
  return nextSteps(createPlugin({ name, ...(values.dir === undefined ? {} : { dir: values.dir }) }), name);
}

interface Values {
  readonly dir?: string | undefined;
  readonly help?: boolean | undefined;
}

function readArguments(args: readonly string[]): { readonly values: Values; readonly positionals: readonly string[] } {
  const { values, positionals, tokens } = parseArgs({
    args: [...args],
    allowPositionals: true,
    strict: false,
    tokens: true,
    options: { dir: { type: "string" }, help: { type: "boolean", short: "h" } },
  });
  for (const token of tokens) {
    if (token.kind !== "option") continue;
    if (token.name !== "dir" && token.name !== "help") {
      wrongUse("There is no such option.", token.rawName, "--dir DIR or --help");
    }
    // An option that follows is no folder: `--dir --help`.
    const named =
      token.value !== undefined && token.value !== "" && (token.inlineValue || !token.value.startsWith("-"));
    if (token.name === "dir" && !named)
      wrongUse("The option --dir names no folder.", token.value ?? "nothing", "--dir DIR");
  }
  return { values: values as Values, positionals };
}

function wrongUse(what: string, got: string, expected: string, fix = "--help shows what there is."): never {
  throw new CreatePluginError("USAGE", { what, got, expected, fix });
}

function nextSteps({ dir, files }: CreatedPlugin, name: string): string {
  const inside = path.relative("", dir);
  const folder = inside.startsWith("..") ? dir : inside;
  const steps = [
    ...(folder === "" ? [] : [`cd ${/[^\w./@-]/.test(folder) ? JSON.stringify(folder) : folder}`]),
    "npm install",
    "npm test",
  ];
  const indented = (lines: readonly string[]): string => lines.map((line) => `  ${line}\n`).join("");
  return `Made ${name} in ${dir}:\n\n${indented(files)}\nTo go on:\n\n${indented(steps)}`;
}
