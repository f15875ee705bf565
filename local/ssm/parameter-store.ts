import { createHash, randomBytes } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import * as z from "zod";
import { systemCode } from "../../system/system-error.ts";
import { accountHome } from "../account-home.ts";
import { writeOver, writeWhereNone } from "../new-file.ts";

const parameterSchema = z.strictObject({
  name: z.string(),
  type: z.enum(["String", "SecureString"]),
  value: z.string(),
  /** What is told of a SecureString to who does not ask for its value: AWS tells the value encrypted. */
  opaque: z.string(),
  /** Counts from 1. */
  version: z.int().positive(),
  /** Seconds since 1970. */
  modified: z.number(),
});

export type Parameter = z.output<typeof parameterSchema>;
export type NewParameter = Pick<Parameter, "name" | "type" | "value">;

/**
 * Parameters of all accounts, each a file of its own that only this user reads. Its name is a digest, since a parameter's
 * has slashes, and its case counts.
 */
export class ParameterStore {
  readonly #home: string;

  constructor(home: string) {
    this.#home = home;
  }

  get(account: string, name: string): Parameter | undefined {
    try {
      return parameterSchema.parse(JSON.parse(readFileSync(this.#path(account, name), "utf8")));
    } catch (error) {
      if (systemCode(error) === "ENOENT") return undefined;
      throw error;
    }
  }

  /** @returns undefined where there is one of that name already, which stays as it is */
  create(account: string, parameter: NewParameter): Parameter | undefined {
    const made = stored(parameter, 1);
    return writeWhereNone(this.#path(account, made.name), textOf(made)) ? made : undefined;
  }

  /** In the place of the one that is there. */
  replace(account: string, parameter: NewParameter, before: Parameter): Parameter {
    const made = stored(parameter, before.version + 1);
    writeOver(this.#path(account, made.name), textOf(made));
    return made;
  }

  #path(account: string, name: string): string {
    const digest = createHash("sha256").update(name).digest("hex");
    return join(accountHome(this.#home, account), "parameters", `${digest}.json`);
  }
}

function stored(parameter: NewParameter, version: number): Parameter {
  const opaque = randomBytes(192).toString("base64");
  return { ...parameter, opaque, version, modified: Date.now() / 1000 };
}

const textOf = (parameter: Parameter): string => `${JSON.stringify(parameter, undefined, 2)}\n`;
