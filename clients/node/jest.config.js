export default {
  testMatch: ["<rootDir>/test/jest/*.test.js"],
  transform: {},
  globalSetup: "mockapi-ecostruxure/global-setup",
  globalTeardown: "mockapi-ecostruxure/global-teardown",
  setupFilesAfterEnv: ["mockapi-ecostruxure/jest"],
};
