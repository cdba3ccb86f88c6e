import { builtinModules } from "node:module";
import { CreatePluginError } from "./errors.js";

/** The longest name that npm takes. */
const longest = 214;

/** Names that npm keeps for itself, beside those of Node's own modules. */
const reserved = ["node_modules", "favicon.ico"];

/**
 * Demands a name that npm takes for a new package ("name" in npm's documentation of package.json), with or without a scope.
 *
 * @throws CreatePluginError with the code NAME, which says what is wrong with it.
 */
export function checkPackageName(name: string): void {
  const wrong = wrongWith(name);
  if (wrong === null) return;
  const better = suggestion(name);
  throw new CreatePluginError("NAME", {
    what: `This is no name for a package: ${wrong}.`,
    got: JSON.stringify(name),
    expected: 'lower case letters, digits and dashes, such as "heat-rod" or "@someone/heat-rod"',
    ...(better === null ? {} : { fix: `take ${better}.` }),
  });
}

/** The name without its scope: what the folder is called. */
export function unscoped(name: string): string {
  return name.slice(name.indexOf("/") + 1);
}

function wrongWith(name: string): string | null {
  if (name.length > longest) return `it has more than ${longest} characters`;
  if (/[A-Z]/.test(name)) return "it has capital letters";
  if (!/^(?:@[a-z0-9][a-z0-9._~-]*\/)?[a-z0-9][a-z0-9._~-]*$/.test(name))
    return "npm does not take these characters there";
  if (builtinModules.includes(name)) return "it is that of a module of Node";
  if (reserved.includes(name)) return "npm keeps it for itself";
  return null;
}

/** The nearest name that would do, if there is one. */
function suggestion(name: string): string | null {
  const better = name
    .replace(/([a-z0-9])([A-Z])/g, "$1-$2")
    .toLowerCase()
    .replace(/[^a-z0-9@/.-]+/g, "-")
    .replace(/^[^a-z0-9@]+|[^a-z0-9]+$/g, "");
  return better !== name && wrongWith(better) === null ? better : null;
}
