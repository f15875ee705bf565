/** SHA-256 as lower-case hex. */
export async function sha256Hex(bytes: Uint8Array): Promise<string> {
  // a shared buffer cannot reach WebCrypto, and nothing here makes one
  const digest = await crypto.subtle.digest("SHA-256", bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** SHA-256 over the parameters as little-endian float32 by the model's layout: what makes two models equal. */
export function weightsSha256(parameters: Float32Array): Promise<string> {
  return sha256Hex(new Uint8Array(parameters.buffer, parameters.byteOffset, parameters.byteLength));
}
