import { expect, test } from "vitest";
import { localCredentials } from "../../../local/iam/credential-store.ts";
import { lambdaInvoker } from "../../../local/stepfunctions/lambda-invoker.ts";
import { SignedClient } from "../../../local/stepfunctions/signed-client.ts";
import { type Changes, toyFunction, toyLambda } from "../lambda/toy-functions.ts";

/** What Step Functions calls the error of an invocation. */
async function errorOf(event: object, changes: Changes = {}, name = "toy") {
  await using lambda = await toyLambda(async (folder) => [await toyFunction(folder)], changes);
  const client = new SignedClient(lambda.url, () => localCredentials);
  const options = { signal: new AbortController().signal, started() {} };
  try {
    return await lambdaInvoker(client)(name, JSON.stringify(event), options);
  } catch (error) {
    return error;
  } finally {
    client.close();
  }
}

test("an invocation beyond the account's concurrency is one too many", async () => {
  expect(await errorOf({}, { concurrency: 0 })).toMatchObject({
    name: "Lambda.TooManyRequestsException",
    message: expect.stringMatching(/Status Code: 429; Error Code: TooManyRequestsException;/),
  });
});

test("a function that is not there is not found", async () => {
  expect(await errorOf({}, {}, "gone")).toMatchObject({ name: "Lambda.ResourceNotFoundException" });
});

test("a function's own error keeps its name, and its whole answer is the cause", async () => {
  const error = await errorOf({ do: "failBare", name: "OwnerRefuses", stack: "" });
  expect(error).toMatchObject({
    name: "OwnerRefuses",
    message: JSON.stringify({ errorType: "OwnerRefuses", errorMessage: "", trace: [""] }),
  });
});
