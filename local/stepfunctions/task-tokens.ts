import { createHash, randomBytes } from "node:crypto";
import { ApiError } from "../endpoint/api-error.ts";
import type { StateFailure } from "./failures.ts";
import type { Json } from "./library.ts";

/** Of a token, in bytes: what nobody guesses, and what tells a token from any other text. */
const secretBytes = 48;
const checkBytes = 12;

const checkOf = (secret: Buffer): Buffer =>
  createHash("sha256").update(secret).digest().subarray(0, checkBytes);

/** As `$$.Task.Token` shows it: 80 of the 1,024 characters that AWS takes for itself. */
export function newToken(): string {
  const secret = randomBytes(secretBytes);
  return Buffer.concat([secret, checkOf(secret)]).toString("base64url");
}

/** Whether some emulator has made it, perhaps one before this. */
function isToken(text: string): boolean {
  const bytes = Buffer.from(text, "base64url");
  if (bytes.length !== secretBytes + checkBytes || bytes.toString("base64url") !== text) return false;
  return checkOf(bytes.subarray(0, secretBytes)).equals(bytes.subarray(secretBytes));
}

/** A state that waits for its token. */
export interface TokenWait {
  /** What somebody handed back; rejected with the StateFailure that somebody reported. */
  readonly outcome: Promise<Json>;
  /** Nobody has handed the token back, and the state waits. */
  readonly open: boolean;
  /** From now on the token is nobody's. */
  close(): void;
}

interface Waiting {
  beat(): void;
  resolve(output: Json): void;
  reject(failure: StateFailure): void;
}

/** The tokens that states wait for. They are kept nowhere else, as the executions that run are not. */
export class TaskTokens {
  readonly #waiting = new Map<string, Waiting>();

  /** @param beat called for each heartbeat */
  wait(token: string, beat: () => void): TokenWait {
    const waiting = this.#waiting;
    const outcome = new Promise<Json>((resolve, reject) => {
      waiting.set(token, { beat, resolve, reject });
    });
    // it may be rejected before anyone waits for it
    outcome.catch(() => {});
    return {
      outcome,
      get open() {
        return waiting.has(token);
      },
      close: () => void waiting.delete(token),
    };
  }

  /** Of several who hand the same token back, the first ends the wait. @throws InvalidToken or TaskTimedOut */
  succeed(token: string, output: Json): void {
    this.#taken(token).resolve(output);
  }

  /** @throws InvalidToken or TaskTimedOut */
  fail(token: string, failure: StateFailure): void {
    this.#taken(token).reject(failure);
  }

  /** @throws InvalidToken or TaskTimedOut */
  beat(token: string): void {
    this.#find(token).beat();
  }

  #taken(token: string): Waiting {
    const found = this.#find(token);
    this.#waiting.delete(token);
    return found;
  }

  #find(token: string): Waiting {
    const found = this.#waiting.get(token);
    if (found !== undefined) return found;
    if (!isToken(token)) throw invalidToken();
    throw new ApiError("TaskTimedOut", "Task Timed Out: 'Provided task does not exist anymore'");
  }
}

export const invalidToken = (): ApiError => new ApiError("InvalidToken", "Invalid Token: 'Invalid token'");

/** `$$.Task` in one run: every attempt of a Task has a token of its own, however often its parameters name it. */
export interface TokenInContext {
  readonly Task: { readonly Token: string };
  /** The token that the parameters of the attempt in flight were given. */
  take(): string;
}

export function tokenInContext(): TokenInContext {
  let token: string | undefined;
  const current = (): string => {
    token ??= newToken();
    return token;
  };
  return {
    Task: {
      // read while parameters are evaluated, before any handler of ours knows of the attempt
      get Token() {
        return current();
      },
    },
    take() {
      const taken = current();
      token = undefined;
      return taken;
    },
  };
}
