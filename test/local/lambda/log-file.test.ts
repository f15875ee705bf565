import { expect, test, vi } from "vitest";
import { openLogFile } from "../../../local/lambda/log-file.ts";
import { temporaryFolder } from "./toy-functions.ts";

test("a line that the system does not take is told, and fails no invocation", async () => {
  await using folder = await temporaryFolder();
  const failed = vi.fn();
  const log = openLogFile(folder.path, "toy", "environment", failed);
  log.write("START");
  expect(failed).not.toHaveBeenCalled();
  // as on a full disk, the write is refused
  log.close();
  expect(() => log.write("END")).not.toThrow();
  expect(failed).toHaveBeenCalledWith(expect.objectContaining({ code: "EBADF" }));
});
