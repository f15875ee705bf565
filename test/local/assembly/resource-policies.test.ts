import { expect, test } from "vitest";
import { coordinatorAccount as account } from "../../../local/assembly/names.ts";
import { document, read } from "./policy-resources.ts";

const kms = (KMSMasterKeyID: unknown) => ({
  ServerSideEncryptionConfiguration: [
    { BucketKeyEnabled: true, ServerSideEncryptionByDefault: { SSEAlgorithm: "aws:kms", KMSMasterKeyID } },
  ],
});

test("keys and functions have policies of their own", () => {
  const functionArn = `arn:aws:lambda:us-east-1:${account}:function:small-Train`;
  const { rights } = read((all) => {
    Object.assign(all, {
      Key: { Type: "AWS::KMS::Key", Properties: { KeyPolicy: document({ Principal: "*", Resource: "*" }) } },
      Permission: {
        Type: "AWS::Lambda::Permission",
        Properties: {
          Action: "lambda:InvokeFunction",
          FunctionName: { "Fn::GetAtt": ["Train0A1B2C3D", "Arn"] },
          Principal: "222222222222",
        },
      },
    });
    Object.assign(all.Objects0A1B2C3D ?? {}, {
      Properties: { BucketEncryption: kms({ "Fn::GetAtt": ["Key", "Arn"] }) },
    });
  });
  const keyArn = `arn:aws:kms:us-east-1:${account}:key/small-key`;
  expect([...rights.encryptions]).toEqual([["arn:aws:s3:::fedstep-objects", { keyArn, bucketKey: true }]]);
  expect([...rights.resourcePolicies.keys()]).toEqual([keyArn, functionArn]);
  const [permission] = rights.resourcePolicies.get(functionArn)?.statements ?? [];
  expect(permission).toMatchObject({
    name: "Permission",
    principals: [{ kind: "account", account: "222222222222" }],
    resources: { texts: [functionArn] },
  });
});

test("a key that was made elsewhere leaves all to IAM", () => {
  const keyArn = "arn:aws:kms:eu-central-1:111122223333:key/0a1b";
  const { rights } = read((all) => {
    Object.assign(all.Objects0A1B2C3D ?? {}, { Properties: { BucketEncryption: kms(keyArn) } });
  });
  expect(rights.resourcePolicies.get(keyArn)?.statements).toMatchObject([
    { effect: "Allow", principals: [{ kind: "account", account }], actions: { texts: ["kms:*"] } },
  ]);
});
