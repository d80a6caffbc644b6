export default {
  testMatch: ["<rootDir>/test/jest/*.test.js"],
  transform: {},
  testTimeout: 60_000,
  globalSetup: "mockapi-ecostruxure/global-setup",
  globalTeardown: "mockapi-ecostruxure/global-teardown",
  setupFilesAfterEnv: ["mockapi-ecostruxure/jest"],
};
