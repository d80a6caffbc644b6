import type { RunningServer } from "./server.js";

const PORT = 8080;

/** Starts a container of `image`. Needs the package testcontainers. */
export async function containerOf(
  image: string,
  env: Record<string, string>,
): Promise<RunningServer> {
  const { GenericContainer, Wait } = await testcontainers();
  const container = await new GenericContainer(image)
    .withExposedPorts(PORT)
    .withEnvironment(env)
    .withWaitStrategy(Wait.forHttp("/healthz", PORT))
    .start();
  const url = `http://${container.getHost()}:${container.getMappedPort(PORT)}`;
  return {
    url,
    stop: async () => {
      await container.stop();
    },
  };
}

async function testcontainers() {
  try {
    // Imported only here, because the package is optional.
    return await import("testcontainers");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ERR_MODULE_NOT_FOUND") throw error;
    throw new Error(
      "An image needs the package testcontainers. Install it with npm install --save-dev testcontainers.",
    );
  }
}
