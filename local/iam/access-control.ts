import type { IncomingMessage } from "node:http";
import { accountOfArn } from "./arn.ts";
import { type AuthorizationRequest, authorize, everybodyMay } from "./authorize.ts";
import type { Context } from "./condition-keys.ts";
import type { Denied } from "./decision.ts";
import { identityOf } from "./requester.ts";
import { type Encryption, noRights, type Rights } from "./rights.ts";

/** Told of every decision; of a denial, why. */
export type Decided = (request: AuthorizationRequest, denied: Denied | undefined) => void;

export interface AccessControlOptions {
  readonly decided?: Decided | undefined;
  /**
   * What aws:SecureTransport is taken for. The local endpoints speak plain HTTP, which the policies of buckets refuse:
   * the one condition that is answered otherwise than it is.
   */
  readonly secureTransport?: boolean | undefined;
}

/** What a request asks for, as the service's authorization reference has it. */
export interface AccessRequest {
  readonly action: string;
  /** ARN, or "*" where the service knows nothing narrower. */
  readonly resource: string;
  /** Whose the resource is, where its ARN does not tell. */
  readonly resourceAccount?: string | undefined;
  readonly context?: Context | undefined;
}

/** Decides on every request to the local endpoints, before anything is done. */
export class AccessControl {
  readonly #options: AccessControlOptions;
  #rights: Rights = noRights;

  constructor(options: AccessControlOptions = {}) {
    this.#options = options;
  }

  /** Until rights are known, only administrators may do anything. */
  enforce(rights: Rights): void {
    this.#rights = rights;
  }

  encryptionOf(bucketArn: string): Encryption | undefined {
    return this.#rights.encryptions.get(bucketArn);
  }

  /** Whether somebody may who has signed nothing: `decided` is told of identities alone. */
  everybodyMay({ action, resource, context }: AccessRequest): boolean {
    return everybodyMay(this.#rights, { action, resource, context: this.#contextOf(context) });
  }

  /**
   * @param message whose signature has been verified
   * @returns undefined where it is allowed
   */
  denialOf(message: IncomingMessage, request: AccessRequest): Denied | undefined {
    const { decided } = this.#options;
    const { action, resource } = request;
    const identity = identityOf(message);
    const resourceAccount = request.resourceAccount ?? accountOfArn(resource) ?? identity.account;
    const context = this.#contextOf(request.context);
    const asked = { identity, action, resource, resourceAccount, context };
    const decision = authorize(this.#rights, asked);
    const { account, callerArn: caller } = identity;
    const foreign = account !== resourceAccount;
    const denied = decision.allowed
      ? undefined
      : { caller, action, resource, context, foreign, reason: decision.reason };
    decided?.(asked, denied);
    return denied;
  }

  #contextOf(context: Context | undefined): Context {
    const { secureTransport = true } = this.#options;
    return { ...context, "aws:SecureTransport": String(secureTransport) };
  }
}
