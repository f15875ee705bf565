import { existsSync, mkdirSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { describe, expect, onTestFinished, test } from "vitest";
import { fedstep, temporaryFolder } from "./terminal.ts";

describe("fedstep run refuses", () => {
  const belowAFile = () => {
    const file = join(temporaryFolder(), "file");
    writeFileSync(file, "");
    return join(file, "home");
  };
  // where nothing can be made, and the system says that something is missing
  const nowhere = existsSync("/proc/self") ? [["in /proc", () => "/proc/none/home"] as const] : [];
  test.each([["below a file", belowAFile] as const, ...nowhere])("a home %s", async (_, place) => {
    const home = place();
    const { code, said } = await fedstep(["run", "--preset", "smoke", "--home", home]);
    expect({ code, said }).toEqual({
      code: 2,
      said: expect.stringMatching(/HomeUnwritable: --home: .*FEDSTEP_HOME/),
    });
  });
});

test("fedstep emulator refuses a port that is taken", async () => {
  const server = createServer().listen(0, "127.0.0.1");
  onTestFinished(() => void server.close());
  await new Promise((resolve) => server.once("listening", resolve));
  const address = server.address();
  const port = typeof address === "object" && address ? address.port : 0;
  const home = join(temporaryFolder(), "home");
  mkdirSync(home);
  const { code, said } = await fedstep(["emulator", "--home", home, "--port", String(port)]);
  expect({ code, said }).toEqual({ code: 2, said: expect.stringMatching(new RegExp(`PortTaken.*${port}`)) });
});
