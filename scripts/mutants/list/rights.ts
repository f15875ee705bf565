import type { Mutant } from "../mutant.ts";

const evaluation = ["test/local/iam/authorize.test.ts"];
const requests = ["test/local/iam/s3-enforcement.test.ts"];

/** Policies, and what the local endpoints ask of them. */
export const rights: readonly Mutant[] = [
  {
    name: "boundary-ignored",
    fault: "A permissions boundary narrows nothing.",
    file: "local/iam/authorize.ts",
    find: "...(role?.boundary ?",
    replace: "...(role?.boundary && role.maxSessionSeconds === 0 ?",
    tests: evaluation,
  },
  {
    name: "key-policy-not-asked",
    fault: "Who has a right to a key uses it, though the key's own policy lets nobody in.",
    file: "local/iam/authorize.ts",
    find: 'return action.startsWith("kms:") || action.startsWith("sts:AssumeRole");',
    replace: 'return action.startsWith("sts:AssumeRole");',
    tests: evaluation,
  },
  {
    name: "one-side-is-enough",
    fault:
      "What another account's role may do by its own policies, it does to a bucket that grants it nothing.",
    file: "local/iam/authorize.ts",
    find: "return granted === undefined ? missing(own.type) : allowed;",
    replace: "return allowed;",
    tests: evaluation,
  },
  {
    name: "wildcard-into-the-next-part",
    fault: "A wildcard in an ARN reaches beyond its own part.",
    file: "local/iam/pattern.ts",
    find: 'return [...parts.slice(0, 5), parts.slice(5).join(":")];',
    replace: 'return [parts.join(":")];',
    tests: ["test/local/iam/pattern.test.ts"],
  },
  {
    name: "missing-told-to-everybody",
    fault: "Who may not list a key is told that it is missing.",
    file: "local/s3/access.ts",
    find: "      if (error instanceof S3Error) return error;\n",
    replace: "      if (error instanceof S3Error) return noSuchKey(key);\n",
    tests: requests,
  },
  {
    name: "parts-need-a-condition",
    fault: "An upload's parts count as writes of the object, and bring no condition.",
    file: "local/s3/permissions.ts",
    find: '"s3:ObjectCreationOperation": String(creates),',
    replace: '"s3:ObjectCreationOperation": "true",',
    tests: requests,
  },
];
