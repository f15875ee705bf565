import { createHash } from "node:crypto";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { stackOutputs } from "../../../cli/targets/aws.ts";
import { temporaryFolder } from "../terminal.ts";
import { stubAwsSettings, told } from "./refusing-service.ts";

afterEach(() => {
  vi.unstubAllEnvs();
});

/** What the person would be told who has this in ~/.aws/config, and chose the profile "hospital". */
async function toldWith(config: string, settings: Readonly<Record<string, string>> = {}) {
  const file = join(temporaryFolder(), "config");
  writeFileSync(file, config);
  // nobody listens there: what is found wrong is found before
  const AWS_ENDPOINT_URL = "http://127.0.0.1:1";
  const given = { AWS_REGION: "eu-central-1", AWS_ENDPOINT_URL, AWS_CONFIG_FILE: file, ...settings };
  stubAwsSettings({ AWS_PROFILE: "hospital", ...given });
  return told(() => stackOutputs("fedstep"));
}

const session = `sso_session = clinic
sso_account_id = 123456789012
sso_role_name = researcher
`;
const sections = `[profile hospital]
${session}
[sso-session clinic]
sso_start_url = https://clinic.example/start
sso_region = eu-central-1
`;

describe("a profile that gives no credentials is named, with where to look", () => {
  test.each([
    ["is not there", "[profile clinic]\nregion = eu-central-1\n"],
    ["is malformed", "[profile hospital\nregion = eu-central-1\n"],
    ["is incomplete", "[profile hospital]\naws_access_key_id = AKIDEXAMPLE\n"],
    ["names a session that is not there", `[profile hospital]\n${session}`],
    ["runs a program that fails", "[profile hospital]\ncredential_process = false\n"],
  ])("where it %s", async (_what, config) => {
    expect(await toldWith(config)).toMatchObject({
      name: "CredentialsMissing",
      message: expect.stringMatching(
        /^the profile "hospital" of AWS_PROFILE .*~\/\.aws\/config.*--profile hospital$/,
      ),
      mendable: true,
    });
  });

  test("where nobody has logged in", async () => {
    expect(await toldWith(sections, { HOME: temporaryFolder() })).toMatchObject({
      name: "CredentialsMissing",
      message: expect.stringMatching(/SSO session .*aws sso login with --profile hospital$/),
    });
  });
});

test("a profile without a region is named", async () => {
  stubAwsSettings({ AWS_PROFILE: "hospital" });
  expect(await told(() => stackOutputs("fedstep"))).toMatchObject({
    name: "RegionMissing",
    message: expect.stringContaining('the profile "hospital" of AWS_PROFILE'),
  });
});

test.each([
  ["that cannot be renewed", {}],
  ["that could have been renewed until then", { refreshToken: "r", clientId: "c", clientSecret: "s" }],
])("an SSO session %s has expired", async (_what, renewal) => {
  const home = temporaryFolder();
  const cache = join(home, ".aws", "sso", "cache");
  mkdirSync(cache, { recursive: true });
  const past = "2020-01-01T00:00:00Z";
  const token = { accessToken: "a", expiresAt: past, registrationExpiresAt: past, ...renewal };
  const name = createHash("sha1").update("clinic").digest("hex");
  writeFileSync(join(cache, `${name}.json`), JSON.stringify(token));
  expect(await toldWith(sections, { HOME: home })).toMatchObject({
    name: "CredentialsExpired",
    message: expect.stringContaining("aws sso login"),
    mendable: true,
  });
});
