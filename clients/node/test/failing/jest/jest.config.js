import config from "../../../jest.config.js";

export default { ...config, rootDir: import.meta.dirname, testMatch: ["<rootDir>/*.test.js"] };
