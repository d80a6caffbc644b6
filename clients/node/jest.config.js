export default {
  testMatch: ["<rootDir>/test/jest/*.test.js"],
  transform: {},
  testTimeout: 60_000,
  testEnvironment: "mockapi-ecostruxure/jest-environment",
  globalSetup: "mockapi-ecostruxure/global-setup",
  globalTeardown: "mockapi-ecostruxure/global-teardown",
  setupFilesAfterEnv: ["mockapi-ecostruxure/jest"],
};
