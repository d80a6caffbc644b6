import { defineConfig } from "vitest/config";

export default defineConfig({
  test: {
    // One server for the run: the command `mockapi`, or the server at MOCKAPI_URL.
    globalSetup: "mockapi-ecostruxure/global-setup",
    // One world per test.
    setupFiles: "mockapi-ecostruxure/vitest",
  },
});
