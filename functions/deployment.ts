import { type Deployment, deploymentVariable, parseDeployment } from "../cloud/deployment.ts";

/** What this function's stack offers a run. @throws StackOutdated */
export function functionDeployment(): Deployment {
  return parseDeployment(process.env[deploymentVariable], `the environment variable ${deploymentVariable}`);
}
