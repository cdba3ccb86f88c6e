/** Tests run on the TypeScript sources: packages resolve to their `src`, so that no build is needed first. */
export default {
  testEnvironment: "node",
  roots: ["<rootDir>/packages"],
  testMatch: ["**/src/**/*.test.ts", "**/test/**/*.test.ts"],
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
