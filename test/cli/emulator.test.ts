import { expect, test } from "vitest";
import { fedstep, sharedHome } from "./terminal.ts";

test("fedstep emulator tells where each service is, and how to get there", async () => {
  const interrupt = new AbortController();
  // it stands up, says so, and leaves again
  interrupt.abort();
  // below the ports that systems hand out
  const port = 20_000 + 4 * (process.pid % 3_000);
  const answer = await fedstep(["emulator", "--home", sharedHome(), "--port", String(port)], {
    signal: interrupt.signal,
  });
  expect(answer.code).toBe(130);
  const at = (offset: number) => `http://127.0.0.1:${port + offset}`;
  expect(answer.output).toContain(`AWS_ENDPOINT_URL_S3=${at(0)} AWS_ENDPOINT_URL_LAMBDA=${at(1)}`);
  expect(answer.output).toContain(`AWS_ENDPOINT_URL_SFN=${at(2)} AWS_ENDPOINT_URL_CLOUDFORMATION=${at(3)}`);
  expect(answer.output).toMatch(new RegExp(`^CloudFormation +${at(3)} +fedstep$`, "m"));
});
