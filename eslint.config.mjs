import jsdoc from "eslint-plugin-jsdoc";
import tseslint from "typescript-eslint";

const exported = (kind) => `ExportNamedDeclaration > ${kind}`;

/** Browser code has types of its own, those of the DOM. */
const tsconfigs = [
  "tsconfig.test.json",
  "packages/jupyter-views/tsconfig.json",
  "packages/jupyter-lab-extension/tsconfig.json",
];

/** Rules that keep to what style asks; formatting is prettier's, imports between folders are dependency-cruiser's. */
export default tseslint.config(
  {
    ignores: [
      "**/dist/",
      "**/node_modules/",
      "out/",
      "**/labextension/",
      ".venv/",
      ".cache/",
      "coverage/",
      "consumer/generated/",
      "notebooks/",
    ],
  },
  { linterOptions: { reportUnusedDisableDirectives: "error" } },
  {
    files: ["packages/*/src/**/*.ts", "packages/*/template/src/**/*.ts"],
    extends: [tseslint.configs.strict],
    languageOptions: { parserOptions: { project: tsconfigs, tsconfigRootDir: import.meta.dirname } },
    plugins: { jsdoc },
    settings: { jsdoc: { mode: "typescript" } },
    rules: {
      "max-lines": ["error", { max: 600 }],
      "no-console": "error",
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "@typescript-eslint/consistent-type-imports": ["error", { fixStyle: "separate-type-imports" }],
      "@typescript-eslint/no-floating-promises": "error",
      "@typescript-eslint/no-misused-promises": "error",
      "@typescript-eslint/await-thenable": "error",
      "@typescript-eslint/switch-exhaustiveness-check": ["error", { considerDefaultExhaustiveForUnions: true }],
      // `no-unused-vars` lets a leading underscore stand where a signature must be kept.
      "@typescript-eslint/no-unused-vars": ["error", { argsIgnorePattern: "^_", varsIgnorePattern: "^_" }],
      // Numeric code reads arrays at indices that its loops keep in range; noUncheckedIndexedAccess asks for `!` there.
      "@typescript-eslint/no-non-null-assertion": "off",
      // Empty parameter records of ops are written `{}` in tables typed by op.
      "@typescript-eslint/no-empty-object-type": [
        "error",
        { allowInterfaces: "with-single-extends", allowObjectTypes: "always" },
      ],
      "no-restricted-syntax": [
        "error",
        { selector: "ExportDefaultDeclaration", message: "Export by name: the same thing has one name everywhere." },
        { selector: "TSEnumDeclaration", message: "Use a union of string literals." },
        {
          selector: "ThrowStatement > NewExpression[callee.name='Error']",
          message: "Throw a class of util/errors.ts, with what, got, expected, fix.",
        },
        { selector: "ThrowStatement > Literal", message: "Throw a class of util/errors.ts." },
      ],
      "jsdoc/require-jsdoc": [
        "error",
        {
          contexts: [
            exported("FunctionDeclaration"),
            exported("ClassDeclaration"),
            exported("TSInterfaceDeclaration"),
            exported("TSTypeAliasDeclaration"),
            'ExportNamedDeclaration[declaration.type="VariableDeclaration"]',
          ],
          require: { FunctionDeclaration: false },
          enableFixer: false,
        },
      ],
      "jsdoc/require-description": ["error", { contexts: ["any"] }],
      "jsdoc/check-tag-names": ["error", { typed: true, definedTags: ["remarks", "typeParam"] }],
      "jsdoc/check-param-names": ["error", { disableMissingParamChecks: true }],
      "jsdoc/no-types": "error",
      "jsdoc/empty-tags": "error",
    },
  },
  {
    files: ["packages/*/src/**/*.test.ts", "packages/*/template/src/**/*.test.ts"],
    rules: {
      // A test plants errors of a user's own kind.
      "no-restricted-syntax": "off",
      "jsdoc/require-jsdoc": "off",
      "@typescript-eslint/no-dynamic-delete": "off",
      // node:test awaits its tests by itself.
      "@typescript-eslint/no-floating-promises": [
        "error",
        { allowForKnownSafeCalls: [{ from: "package", package: "node:test", name: "test" }] },
      ],
    },
  },
  {
    files: ["packages/jupyter-views/src/*.ts", "packages/jupyter-lab-extension/src/index.ts"],
    // anywidget and JupyterLab look for the default export of a module.
    rules: { "no-restricted-syntax": "off" },
  },
  {
    files: ["packages/jupyter-lab-extension/src/mount.ts"],
    // What fails in a page has no reader but its console.
    rules: { "no-console": "off" },
  },
  {
    files: ["**/*.mjs", "**/*.cjs"],
    plugins: { jsdoc },
    rules: {
      "max-lines": ["error", { max: 600 }],
      eqeqeq: "error",
      "no-var": "error",
      "prefer-const": "error",
      "no-unused-vars": ["error", { argsIgnorePattern: "^_" }],
      "jsdoc/require-description": ["error", { contexts: ["any"] }],
    },
  },
);
