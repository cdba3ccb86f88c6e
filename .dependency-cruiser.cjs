/** The import table of scripts/importTable.json as rules; ARCHITECTURE.md draws the same table. */
const { stages, packages } = require("./scripts/importTable.json");

const escape = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");
const anyOf = (names) => `(?:${names.map(escape).join("|")})`;
const core = "^packages/core/src/";
const test = "\\.test\\.ts$";
const packageNames = Object.keys(packages);

/** A stage of core imports only the stages of its row. Tests may reach further: they compare stages. */
const stageRules = Object.entries(stages).map(([stage, { imports: allowed }]) => ({
  name: `stage-${stage}`,
  comment: `packages/core/src/${stage} may import [${allowed.join(" ")}]`,
  severity: "error",
  from: { path: `${core}${escape(stage)}/`, pathNot: test },
  to: { path: core, pathNot: `${core}${anyOf([stage, ...allowed])}/` },
}));

/** A package imports only the packages and npm modules of its row, each by its door. */
const packageRules = Object.entries(packages).flatMap(([name, allowed]) => {
  const from = `^packages/${escape(name)}/src/`;
  const others = packageNames.filter((other) => other !== name);
  const doors = allowed.packages.map((other) => `^packages/${escape(other)}/dist/index\\.`);
  const testDoors = allowed.packages.map((other) => `^packages/${escape(other)}/dist/(?:testing/)?index\\.`);
  const outside = `^packages/${anyOf(others)}/`;
  const npm = [...allowed.npm, ...allowed.packages.map((other) => `@simgrad/${other}`)];
  const npmModules = `(?:^|/)node_modules/${anyOf(npm)}(?:/|$)`;
  const rule = (kind, comment, fromPart, to) => ({
    name: `package-${name}-${kind}`,
    comment,
    severity: "error",
    from: { path: from, ...fromPart },
    to,
  });
  return [
    rule(
      "packages",
      `packages/${name} may import [${allowed.packages.map((other) => `@simgrad/${other}`).join(" ")}], by name`,
      { pathNot: test },
      { path: outside, ...(doors.length === 0 ? {} : { pathNot: doors }) },
    ),
    rule(
      "test-packages",
      `tests of packages/${name} may import also the testing doors of these`,
      { path: `${from}.*${test}` },
      { path: outside, ...(testDoors.length === 0 ? {} : { pathNot: testDoors }) },
    ),
    rule(
      "npm",
      `packages/${name} may import [${allowed.npm.join(" ")}] from npm`,
      { pathNot: test },
      { path: "(?:^|/)node_modules/", ...(npm.length === 0 ? {} : { pathNot: npmModules }) },
    ),
  ];
});

module.exports = {
  forbidden: [
    ...stageRules,
    ...packageRules,
    {
      name: "stage-unknown",
      comment: "a folder of packages/core/src that has no row in scripts/importTable.json",
      severity: "error",
      from: { path: `${core}(?!index\\.ts$)(?!${anyOf(Object.keys(stages))}/)` },
      to: {},
    },
    {
      name: "no-cycle",
      comment: "files that import each other in a circle have no order in which they can be read",
      severity: "error",
      from: {},
      to: { circular: true },
    },
    {
      name: "no-test",
      comment: "only tests import tests",
      severity: "error",
      from: { pathNot: test },
      to: { path: test },
    },
    {
      name: "no-unresolved",
      comment: "an import that leads nowhere",
      severity: "error",
      from: {},
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: "(?:^|/)(?:node_modules|dist)/" },
    exclude: { path: "\\.tsbuildinfo$" },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: "tsconfig.test.json" },
    enhancedResolveOptions: { exportsFields: ["exports"], conditionNames: ["types", "import", "node", "default"] },
  },
};
