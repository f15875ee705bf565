import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "vitest";

const program = fileURLToPath(new URL("../../bin/fedstep.mjs", import.meta.url));

/** A service that takes a request and never answers it. */
const silent = createServer();
const asked = () => once(silent, "request");
beforeAll(() => once(silent.listen(0, "127.0.0.1"), "listening"));
afterAll(() => silent.closeAllConnections());

test.each([["runs"], ["verify", "r"], ["remove", "r"]])(
  "fedstep %s ends at the first Ctrl-C, wherever it is",
  async (...args) => {
    const { port } = silent.address() as AddressInfo;
    const child = spawn(process.execPath, [program, ...args, "--target", "aws"], {
      stdio: "ignore",
      env: {
        ...process.env,
        AWS_ENDPOINT_URL: `http://127.0.0.1:${port}`,
        AWS_REGION: "eu-west-1",
        AWS_ACCESS_KEY_ID: "local",
        AWS_SECRET_ACCESS_KEY: "local",
      },
    });
    await asked();
    child.kill("SIGINT");
    const [code] = await once(child, "exit");
    expect(code).toBe(130);
  },
  20_000,
);
