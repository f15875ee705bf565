import { createServer, type OutgoingHttpHeaders, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished, vi } from "vitest";
import { namedServiceError } from "../../../cli/targets/service-error.ts";
import { InputError } from "../../../shared/errors.ts";

export interface Refusal {
  readonly status: number;
  readonly body?: string;
  readonly headers?: OutgoingHttpHeaders;
}

/** What the person would be told of what this throws. */
export async function told(asking: () => Promise<unknown>) {
  const error = await asking().then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  const named = namedServiceError(error) ?? (error instanceof InputError ? error : undefined);
  return { name: named?.name, message: named?.message, mendable: named instanceof InputError };
}

/** A service on localhost that refuses everything, and notes what it was asked; gone after the test. */
export async function refusingService(refusal: Refusal): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.headers.host?.split(":")[0]} ${request.url?.split("?")[0]}`);
    response.writeHead(refusal.status, refusal.headers).end(refusal.body);
  });
  return { url: `http://localhost:${await portOf(server)}`, asked };
}

/** The port on which a server listens until the test has finished. */
export async function portOf(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  return (server.address() as AddressInfo).port;
}

/** No credentials, region or settings but the given ones, wherever the SDK would look for them. */
export function stubAwsSettings(settings: Readonly<Record<string, string>>): void {
  for (const name of Object.keys(process.env)) {
    if (name.startsWith("AWS_") && !name.startsWith("AWS_SDK_JS_")) vi.stubEnv(name, undefined);
  }
  const none = { AWS_CONFIG_FILE: "/dev/null", AWS_SHARED_CREDENTIALS_FILE: "/dev/null" };
  const all = { ...none, AWS_EC2_METADATA_DISABLED: "true", AWS_MAX_ATTEMPTS: "1", ...settings };
  for (const [name, value] of Object.entries(all)) vi.stubEnv(name, value);
}

export const somebody = {
  AWS_REGION: "eu-central-1",
  AWS_ACCESS_KEY_ID: "AKIDEXAMPLE",
  AWS_SECRET_ACCESS_KEY: "secret",
};
