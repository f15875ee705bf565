import { expect, test } from "vitest";
import { stackDoor } from "../../../cli/federation/stack-door.ts";
import { agreedDoor } from "../../../shared/owners/agreed-door.ts";

const outputs = {
  stackName: "fedstep",
  bucket: "a-bucket",
  stateMachineArn: "arn:aws:states:eu-central-1:123456789012:stateMachine:fedstep",
  deployment: undefined,
  version: undefined,
  doorUrl: "https://abc.lambda-url.eu-central-1.on.aws/",
  keyId: undefined,
};

test("owners agree upon the door of a stack and on where its bucket answers, and on none where there is none", () => {
  const door = stackDoor(outputs);
  expect(door).toEqual({
    url: "https://abc.lambda-url.eu-central-1.on.aws/",
    storage: "https://a-bucket.s3.eu-central-1.amazonaws.com",
  });
  expect(agreedDoor.parse(door)).toEqual(door);
  for (const none of [
    undefined,
    { ...outputs, doorUrl: undefined },
    { ...outputs, doorUrl: "http://127.0.0.1:4566/x" },
  ])
    expect(stackDoor(none)).toBeNull();
});
