import { execFile, spawnSync } from "node:child_process";
import { promisify } from "node:util";
import { region } from "../../local/assembly/names.ts";
import { localCredentials } from "../../local/iam/credential-store.ts";
import type { Credentials } from "../../local/iam/signature/signature.ts";

const python = "python3";

export const hasModule = (module: string) => spawnSync(python, ["-c", `import ${module}`]).status === 0;

export interface PythonSettings {
  /** Of the local endpoint. */
  readonly url: string;
  readonly home: string;
  /** The coordinator's administrator's unless said otherwise. */
  readonly credentials?: Credentials | undefined;
}

/** Runs Python with nobody's settings but these, and gives back what it printed, or what it said when it failed. */
export async function runPython(
  args: readonly string[],
  { url, home, credentials = localCredentials }: PythonSettings,
): Promise<string> {
  const env: NodeJS.ProcessEnv = {
    PATH: process.env.PATH,
    HOME: home,
    AWS_ENDPOINT_URL: url,
    AWS_DEFAULT_REGION: region,
    AWS_ACCESS_KEY_ID: credentials.accessKeyId,
    AWS_SECRET_ACCESS_KEY: credentials.secretAccessKey,
    ...(credentials.sessionToken !== undefined && { AWS_SESSION_TOKEN: credentials.sessionToken }),
    AWS_EC2_METADATA_DISABLED: "true",
    AWS_MAX_ATTEMPTS: "1",
  };
  try {
    return (await promisify(execFile)(python, args, { env })).stdout.trim();
  } catch (error) {
    return error instanceof Error && "stderr" in error ? String(error.stderr) : String(error);
  }
}

/** Of a call's refusal its status and name, as `code` gives it, or "done". */
export const codeOfCall = `from botocore.exceptions import ClientError
def code(call):
    try:
        call()
        return "done"
    except ClientError as error:
        answer = error.response
        return f'{answer["ResponseMetadata"]["HTTPStatusCode"]} {answer["Error"]["Code"]}'`;
