import { type Deployment, deploymentVariable, parseDeployment } from "../cloud/deployment.ts";
import { type FunctionName, functionNames } from "./footprints.ts";

/** What this function's stack offers a run. @throws StackOutdated */
export function functionDeployment(): Deployment<FunctionName> {
  const at = `the environment variable ${deploymentVariable}`;
  return parseDeployment(process.env[deploymentVariable], at, functionNames);
}
