import { read as readTemplate } from "./read-small.ts";
import type { SmallTemplate } from "./small-assembly.ts";

export type Resources = SmallTemplate["Resources"];

/** What is read of the small assembly, once its resources were edited. */
export function read(edit: (resources: Resources) => void = () => {}) {
  return readTemplate(({ Resources }) => edit(Resources));
}

/** Lets whoever has it read the bucket's objects. */
export const document = (changes: Record<string, unknown> = {}) => ({
  Version: "2012-10-17",
  Statement: [
    { Effect: "Allow", Action: "s3:GetObject", Resource: "arn:aws:s3:::fedstep-objects/*", ...changes },
  ],
});
export const inline = (changes: Record<string, unknown> = {}) => ({
  Type: "AWS::IAM::Policy",
  Properties: { PolicyName: "p", Roles: [{ Ref: "Role" }], PolicyDocument: document(changes) },
});
export const managed = (properties: Record<string, unknown> = {}) => ({
  Type: "AWS::IAM::ManagedPolicy",
  Properties: { ManagedPolicyName: "m", PolicyDocument: document(), ...properties },
});
export const bucketPolicy = (changes: Record<string, unknown>) => ({
  Type: "AWS::S3::BucketPolicy",
  Properties: {
    Bucket: { Ref: "Objects0A1B2C3D" },
    PolicyDocument: document({ Principal: "*", ...changes }),
  },
});
export const setRole = (properties: Record<string, unknown>) => (resources: Resources) => {
  Object.assign(resources.Role?.Properties ?? {}, properties);
};
