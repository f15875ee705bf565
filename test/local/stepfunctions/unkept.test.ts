import { rm } from "node:fs/promises";
import { expect, test, vi } from "vitest";
import { eventually, temporaryFolder } from "../lambda/toy-functions.ts";
import { toyStates, wait } from "./toy-states.ts";

test("an execution whose end cannot be written is told to who watches the home, and ends all the same", async () => {
  await using folder = await temporaryFolder();
  const unkept = vi.fn();
  await using states = await toyStates(wait(1), folder.path, undefined, unkept);
  const arn = await states.start("{}", "a");
  await rm(folder.path, { recursive: true });
  await eventually("it is told", () => unkept.mock.calls.length > 0, 20_000);
  expect(unkept).toHaveBeenCalledWith(expect.objectContaining({ code: "ENOENT" }));
  expect(await states.describe(arn)).toMatchObject({ status: "SUCCEEDED" });
});
