import * as z from "zod";
import type { Credentials } from "../iam/signature/signature.ts";
import { readXml } from "../s3/xml.ts";
import { StateFailure } from "./failures.ts";
import type { Services } from "./service-call.ts";
import type { ServiceAnswer, SignedClient } from "./signed-client.ts";

/** Who assumes roles. */
export interface Assuming {
  /** Of the state machine, which is the external id too. */
  readonly arn: string;
  readonly name: string;
  /** Of the state machine's own role. */
  readonly roleArn: string;
}

interface Session {
  readonly services: Services;
  /** Milliseconds since 1970; some minutes before its credentials end. */
  readonly holdsUntil: number;
}

const marginMs = 5 * 60 * 1000;
/** Of STS; what a longer name has in excess is cut. */
const longestSessionName = 64;

const answerSchema = z.object({
  AssumeRoleResponse: z.object({
    AssumeRoleResult: z.object({
      Credentials: z.object({
        AccessKeyId: z.string(),
        SecretAccessKey: z.string(),
        SessionToken: z.string(),
        Expiration: z.iso.datetime(),
      }),
    }),
  }),
});
const refusalSchema = z.object({
  ErrorResponse: z.object({ Error: z.object({ Code: z.string(), Message: z.string() }) }),
});

/** Sessions of the roles that Tasks name in their Credentials: each is opened once, for all executions. */
export class RoleSessions {
  readonly #client: SignedClient;
  readonly #assuming: Assuming;
  readonly #servicesOf: (client: SignedClient) => Services;
  readonly #now: () => number;
  readonly #sessions = new Map<string, Promise<Session>>();

  /**
   * @param client signs as the state machine's own role
   * @param servicesOf what a client of a session can call
   */
  constructor(
    client: SignedClient,
    assuming: Assuming,
    servicesOf: (client: SignedClient) => Services,
    now: () => number = Date.now,
  ) {
    this.#client = client;
    this.#assuming = assuming;
    this.#servicesOf = servicesOf;
    this.#now = now;
  }

  /** @throws StateFailure where the role may not be assumed */
  async as(roleArn: string): Promise<Services> {
    const known = this.#sessions.get(roleArn);
    if (known !== undefined) {
      const { services, holdsUntil } = await known;
      if (this.#now() < holdsUntil) return services;
      // of several that wait, the first one replaces it
      if (this.#sessions.get(roleArn) === known) this.#sessions.delete(roleArn);
    }
    return (await (this.#sessions.get(roleArn) ?? this.#open(roleArn))).services;
  }

  #open(roleArn: string): Promise<Session> {
    const opening = this.#assume(roleArn);
    this.#sessions.set(roleArn, opening);
    // the next attempt asks again
    opening.catch(() => this.#sessions.delete(roleArn));
    return opening;
  }

  async #assume(roleArn: string): Promise<Session> {
    const { arn, name } = this.#assuming;
    const form = new URLSearchParams({
      Action: "AssumeRole",
      Version: "2011-06-15",
      RoleArn: roleArn,
      // AWS says no more than that the state machine's name has to be of characters that a session's may have
      RoleSessionName: name.slice(0, longestSessionName),
      ExternalId: arn,
    });
    const answer = await this.#client
      .send({
        service: "sts",
        path: "/",
        headers: { "content-type": "application/x-www-form-urlencoded" },
        body: form.toString(),
      })
      .catch((error: Error) => {
        throw new StateFailure("States.TaskFailed", error.message);
      });
    if (answer.status >= 300) throw this.#refused(roleArn, answer);
    const { Credentials: given } = readXml(Buffer.from(answer.body), answerSchema).AssumeRoleResponse
      .AssumeRoleResult;
    const credentials: Credentials = {
      accessKeyId: given.AccessKeyId,
      secretAccessKey: given.SecretAccessKey,
      sessionToken: given.SessionToken,
    };
    return {
      services: this.#servicesOf(this.#client.as(() => credentials)),
      holdsUntil: Date.parse(given.Expiration) - marginMs,
    };
  }

  /**
   * Name and words are AWS's for a role that does not let itself be assumed, as people's definitions catch them; that
   * other refusals of STS have the same name is not confirmed.
   */
  #refused(roleArn: string, { body }: ServiceAnswer): StateFailure {
    const { Code, Message } = readXml(Buffer.from(body), refusalSchema).ErrorResponse.Error;
    const cause =
      Code === "AccessDenied"
        ? `The role ${this.#assuming.roleArn} is not authorized to assume the task state's role, ${roleArn}.`
        : `${Message} (Service: Sts, Error Code: ${Code})`;
    return new StateFailure("States.TaskFailed", cause);
  }
}
