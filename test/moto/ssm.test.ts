import { afterAll, beforeAll, describe } from "vitest";
import { type Exceptions, parameterLaws } from "../local/ssm/parameter-laws.ts";
import { hasMoto, type Moto, startMoto } from "./moto.ts";

const unchecked = "moto looks at a name's beginning alone";
const exceptions: Exceptions = {
  "what is told in its place does not hold the value": "moto writes the key's name before it",
  "the standard tier has room for 4096 bytes": "moto takes any length",
  "a name has letters, digits and the symbols .-_, and slashes before its parts": unchecked,
  "a path has 15 levels at most": unchecked,
  "a type cannot be changed": "moto changes it",
};

/** The laws that the local Parameter Store is held to, asked of one that nobody here wrote. */
describe.skipIf(!hasMoto())("moto's Parameter Store", () => {
  let moto: Moto;
  beforeAll(async () => {
    moto = await startMoto();
  });
  afterAll(() => moto?.close());
  const credentials = { accessKeyId: "AKIDEXAMPLE", secretAccessKey: "secret" };
  parameterLaws(() => ({ endpoint: moto.endpoint.url, region: "us-east-1", credentials }), exceptions);
});
