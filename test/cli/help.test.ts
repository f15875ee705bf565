import { describe, expect, test } from "vitest";
import { fedstep } from "./terminal.ts";

describe("help", () => {
  test.each([
    "run",
    "follow",
    "stop",
    "study",
    "partition",
    "cost",
    "runs",
    "show",
    "compare",
    "predict",
    "emulator",
    "owner",
    ...[
      "init",
      "request",
      "agreement",
      "accept",
      "run",
      "show",
      "allow",
      "log",
      "pause",
      "resume",
      "rotate",
      "leave",
    ].map((name) => `owner ${name}`),
    "federation",
    "privacy",
    ...["epsilon", "sigma"].map((name) => `privacy ${name}`),
    ...["add", "members", "remove", "revoke", "tag", "propose"].map((name) => `federation ${name}`),
  ])("of %s has examples", async (command) => {
    const { code, output } = await fedstep([...command.split(" "), "--help"]);
    expect(code).toBe(0);
    expect(output).toMatch(new RegExp(`Examples:\\n +.*fedstep ${command}`));
  });

  test("of the program lists the exit codes", async () => {
    const { code, output } = await fedstep(["--help"]);
    expect(code).toBe(0);
    expect(output).toContain("0 done, 1 the run failed, 2 bad input, 130 interrupted");
  });

  test("an unknown command is bad input", async () => {
    expect(await fedstep(["rum"])).toMatchObject({ code: 2, said: expect.stringContaining("run") });
  });
});
