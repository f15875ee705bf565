import { afterAll, beforeAll, beforeEach } from "vitest";
import { openCloudFormation } from "../../../local/cloudformation/cloudformation.ts";
import { type LocalEndpoint, startEndpoint } from "../../../local/endpoint/endpoint.ts";
import { CredentialStore } from "../../../local/iam/credential-store.ts";
import { administrator } from "../../../local/iam/identity.ts";
import { SignatureVerifier } from "../../../local/iam/signature-verifier.ts";
import { openLambda } from "../../../local/lambda/lambda.ts";
import { openS3 } from "../../../local/s3/s3.ts";
import { openStepFunctions } from "../../../local/stepfunctions/stepfunctions.ts";
import { temporaryFolder } from "../lambda/toy-functions.ts";
import { described, wait } from "../stepfunctions/toy-states.ts";

export const start = Date.UTC(2026, 10, 29, 12);
/** The time of day of the services and of those who sign. */
export const clock = { now: start };

const store = new CredentialStore(() => clock.now);
export const local = { accessKeyId: "local", secretAccessKey: "local" };
/** That may do everything, so that what is refused is the signature. */
const someSession = administrator("000000000000");

let endpoint: LocalEndpoint;
/** Where all of them answer. */
export const endpointUrl = () => endpoint.url;

/** Credentials of a session that ends after 900 seconds. */
export const issueSession = () => store.issue(someSession, 900);

/** Has S3, Lambda, Step Functions and CloudFormation answer the tests of the file that calls it, each test at the start. */
export function serveSignedServices(): void {
  const closers: (() => unknown)[] = [];
  beforeAll(async () => {
    const folder = await temporaryFolder();
    const authenticator = new SignatureVerifier(store, () => clock.now);
    endpoint = await startEndpoint(0);
    const s3 = openS3({ directory: `${folder.path}/s3`, buckets: ["objects"], authenticator });
    const lambda = await openLambda({
      functions: [],
      logsOf: () => `${folder.path}/logs`,
      authenticator,
      credentialsOf: issueSession,
    });
    const arn = "arn:aws:states:us-east-1:000000000000:stateMachine:m";
    const states = await openStepFunctions({
      stateMachine: { name: "m", arn, definition: wait(1), described },
      directory: `${folder.path}/executions`,
      authenticator,
      endpointUrl: endpoint.url,
      credentials: () => local,
    });
    const cloudFormation = await openCloudFormation([], { authenticator });
    endpoint.serve("s3", s3.handle);
    endpoint.serve("lambda", lambda.handle);
    endpoint.serve("states", states.handle);
    endpoint.serve("cloudformation", cloudFormation.handle);
    const folderGone = () => folder[Symbol.asyncDispose]();
    closers.push(
      () => endpoint.close(),
      lambda.close,
      states.close,
      cloudFormation.close,
      s3.close,
      folderGone,
    );
  });
  afterAll(async () => {
    for (const close of closers) await close();
  });
  beforeEach(() => {
    clock.now = start;
  });
}
