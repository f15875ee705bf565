import { readFileSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { synthesisContext, synthesize } from "../../local/assembly/synthesis.ts";
import { resultRecord } from "../../shared/workflow/result-record.ts";
import { somebody, stubAwsSettings } from "../cli/targets/refusing-service.ts";
import { fedstep, sharedHome } from "../cli/terminal.ts";
import { deploy } from "./deployment.ts";
import { hasMoto, type Moto, startMoto } from "./moto.ts";

const root = fileURLToPath(new URL("../..", import.meta.url));

/**
 * The stack in moto's CloudFormation, its state machine in moto's interpreter, its objects in moto's S3. Left out are
 * alarms, dashboard and the address of the door, whose attributes moto does not know, and runs of several executions:
 * moto fails a StartExecution from within a machine.
 */
describe.skipIf(!hasMoto())("fedstep run --target aws on moto", () => {
  let moto: Moto;
  let deployed: Awaited<ReturnType<typeof deploy>>;
  let home: string;
  beforeAll(async () => {
    home = join(sharedHome(), "moto");
    const directory = join(home, "assembly");
    const context = { ...synthesisContext(root, false), monitoring: false, door: false };
    await synthesize({ root, of: "coordinator", context }, directory);
    moto = await startMoto();
    const region = somebody.AWS_REGION;
    deployed = await deploy(moto, { directory, stack: "fedstep", region, logs: join(home, "logs") });
    stubAwsSettings({ ...somebody, AWS_ENDPOINT_URL: moto.endpoint.url });
  });
  afterAll(async () => {
    vi.unstubAllEnvs();
    await deployed?.close();
    await moto?.close();
  });

  test("is deployed to the end, with its outputs and its functions as the template has them", () => {
    expect(deployed.status).toBe("CREATE_COMPLETE");
    expect(deployed.outputs.get("StateMachineArn")).toMatch(/:stateMachine:fedstep$/);
    const bucket = deployed.outputs.get("BucketName");
    expect(deployed.functions.map(({ environment }) => environment.FEDSTEP_BUCKET)).toEqual(
      Array(6).fill(bucket),
    );
    expect(deployed.functions.map(({ memoryMb }) => memoryMb)).toEqual(Array(6).fill(1769));
  });

  test("has the weights of the same run here", async () => {
    expect(deployed.status).toBe("CREATE_COMPLETE");
    const args = ["run", "--preset", "smoke", "--name", "same"];
    const there = await fedstep([...args, "--home", home, "--target", "aws"]);
    expect(there, there.said).toMatchObject({ code: 0 });
    expect(deployed.reports.length).toBeGreaterThan(0);
    const file = join(home, "runs", "same", "result.json");
    const result = resultRecord.parse(JSON.parse(readFileSync(file, "utf8")));
    const here = await fedstep([...args, "--home", sharedHome(), "--json"]);
    const { federated, baseline } = resultRecord.parse(JSON.parse(here.output));
    expect(result.federated.weightsSha256).toBe(federated.weightsSha256);
    expect(result.baseline?.weightsSha256).toBe(baseline?.weightsSha256);
  });
});
