import { expect, test } from "vitest";
import { fedstep, sharedHome } from "./terminal.ts";

test("fedstep emulator tells its one address, and how to get there", async () => {
  const interrupt = new AbortController();
  // it stands up, says so, and leaves again
  const answer = await fedstep(["emulator", "--home", sharedHome(), "--port", "0"], {
    signal: interrupt.signal,
    onPrinted: () => interrupt.abort(),
  });
  expect(answer.code).toBe(130);
  const [, url] = /^S3, Lambda, Step Functions, CloudFormation and STS at (.*)$/m.exec(answer.output) ?? [];
  expect(url).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
  const exported = answer.output.matchAll(/(AWS_\w+)=(\S+)/g);
  expect(Object.fromEntries([...exported].map(([, name, value]) => [name, value]))).toEqual({
    AWS_ENDPOINT_URL: url,
    AWS_REGION: "us-east-1",
    AWS_DEFAULT_REGION: "us-east-1",
    AWS_ACCESS_KEY_ID: "local",
    AWS_SECRET_ACCESS_KEY: "local",
  });
  expect(answer.output).toContain("aws s3 ls s3://fedstep-objects/runs/");
  expect(answer.output).toMatch(/--state-machine-arn arn:aws:states:us-east-1:\d+:stateMachine:fedstep$/m);
});
