/** Milliseconds and counts that bound a download, so that it ends, one way or the other. */
export interface DownloadLimits {
  /** From the request to the response's head, redirects included. */
  readonly connectMs: number;
  /** Without a byte. */
  readonly stallMs: number;
  /** For one attempt at one file. */
  readonly totalMs: number;
  /** Times that the list of mirrors is gone through. */
  readonly passes: number;
  /** Before the second pass; doubled before each further one. */
  readonly backoffMs: number;
  /** When nothing has answered for so long, there is no second pass: the machine is offline. */
  readonly offlineAfterMs: number;
}

export interface FetchRequest {
  readonly url: string;
  /** A longer body is not the file. */
  readonly maxBytes: number;
  readonly limits: DownloadLimits;
  readonly signal?: AbortSignal | undefined;
  /** Told after each piece; the total where the server announces it. */
  readonly onBytes?: ((received: number, total: number | undefined) => void) | undefined;
}

export interface FetchFailure {
  readonly reason: string;
  /** Nothing answered: no name, no connection, no response in time. */
  readonly unreachable: boolean;
  /** Asking the same server again may help. */
  readonly retry: boolean;
}

/**
 * One attempt at one file.
 * @throws only the signal's reason; every other end is returned
 */
export async function fetchFile(request: FetchRequest): Promise<{ bytes: Uint8Array } | FetchFailure> {
  const { url, maxBytes, limits, signal, onBytes } = request;
  const clock = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  const expectWithin = (ms: number, what: string) => {
    clearTimeout(timer);
    timer = setTimeout(() => clock.abort(new Error(`no ${what} within ${ms / 1000} s`)), ms);
  };
  const total = setTimeout(
    () => clock.abort(new Error(`not done within ${limits.totalMs / 1000} s`)),
    limits.totalMs,
  );
  let answered = false;
  try {
    expectWithin(limits.connectMs, "answer");
    const response = await fetch(url, {
      signal: signal ? AbortSignal.any([clock.signal, signal]) : clock.signal,
      // the file as it lies there, so that the announced length is that of what arrives
      headers: { "accept-encoding": "identity" },
    });
    answered = true;
    const { status, body } = response;
    if (!response.ok || body === null) {
      await body?.cancel();
      const retry = status >= 500 || status === 429 || status === 408;
      return { reason: `HTTP status ${status}`, unreachable: false, retry };
    }
    const announced = Number(response.headers.get("content-length")) || undefined;
    const pieces: Uint8Array[] = [];
    let received = 0;
    expectWithin(limits.stallMs, "byte");
    for await (const piece of body) {
      expectWithin(limits.stallMs, "byte");
      pieces.push(piece);
      received += piece.length;
      if (received > maxBytes) {
        return { reason: `sends more than ${maxBytes} bytes`, unreachable: false, retry: false };
      }
      onBytes?.(received, announced);
    }
    return { bytes: Buffer.concat(pieces) };
  } catch (error) {
    signal?.throwIfAborted();
    const reason: unknown = clock.signal.aborted ? clock.signal.reason : error;
    const code = systemCode(reason);
    return {
      reason: `${answered ? "broke off: " : ""}${code ?? rootMessage(reason)}`,
      // what fetch refuses by itself, such as a redirect in a circle, has no code of the network
      unreachable: !answered && (clock.signal.aborted || code !== undefined),
      retry: answered || clock.signal.aborted || code !== undefined,
    };
  } finally {
    clearTimeout(timer);
    clearTimeout(total);
  }
}

/** fetch wraps what happened: ENOTFOUND, ECONNREFUSED, a certificate's code and the like stand in the cause. */
function systemCode(error: unknown): string | undefined {
  if (!(error instanceof Error)) return undefined;
  if ("code" in error && typeof error.code === "string") return error.code;
  return systemCode(error.cause);
}

function rootMessage(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  return error.cause === undefined ? error.message : rootMessage(error.cause);
}
