/** Server of the run. Global set-up and tear-down run in one process. */
export const shared: { stop(): Promise<void> } = { stop: async () => {} };
