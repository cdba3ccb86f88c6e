/** Tests run on the TypeScript sources: packages resolve to their `src`, so that no build is needed first. */
export default {
  testEnvironment: "node",
  // Machines are shared: a test fails by what it finds, not by how long it takes.
  testTimeout: 120_000,
  roots: ["<rootDir>/packages"],
  modulePathIgnorePatterns: ["/labextension/"],
  testMatch: ["**/src/**/*.test.ts", "**/test/**/*.test.ts"],
  // The template of a plugin has tests for node:test, which npm run check runs in a package made of it.
  testPathIgnorePatterns: ["/node_modules/", "/packages/create-plugin/template/"],
  extensionsToTreatAsEsm: [".ts"],
  moduleNameMapper: {
    "^@simgrad/core/testing$": "<rootDir>/packages/core/src/testing/index.ts",
    "^@simgrad/([a-z0-9-]+)$": "<rootDir>/packages/$1/src/index.ts",
    "^(\\.{1,2}/.*)\\.js$": "$1",
  },
  transform: {
    "^.+\\.ts$": ["ts-jest", { useESM: true, tsconfig: "<rootDir>/tsconfig.test.json", diagnostics: false }],
  },
};
