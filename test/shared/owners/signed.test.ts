import { createPrivateKey, createPublicKey, sign as signByNode, verify } from "node:crypto";
import { describe, expect, test } from "vitest";
import * as z from "zod";
import { canonicalJson } from "../../../shared/canonical-json.ts";
import { fromBase64url, signingKey, toBase64url } from "../../../shared/owners/identity.ts";
import { isSignedBy, openSigned, purposes, type Signer, sign } from "../../../shared/owners/signed.ts";
import { newSigner } from "./keys.ts";

const content = { b: [1, 2.5], a: "ä", nested: { z: null, y: true } };
const schema = z.strictObject({ a: z.string(), b: z.array(z.number()), nested: z.unknown() });

/** RFC 8032, section 7.1, test 1. */
const seed = "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60";
const known = "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a";
const empty =
  "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b";

describe("signed statements", () => {
  test("are Ed25519 over protocol, purpose and canonical JSON, as Node's own verification finds", async () => {
    const signer = await newSigner();
    const signed = await sign("update", content, signer);
    const jwk = { kty: "OKP", crv: "Ed25519", x: signer.key };
    const text = 'fedstep owners 1\nupdate\n{"a":"ä","b":[1,2.5],"nested":{"y":true,"z":null}}';
    expect(
      verify(
        null,
        Buffer.from(text),
        createPublicKey({ key: jwk, format: "jwk" }),
        Buffer.from(signed.signature, "base64url"),
      ),
    ).toBe(true);
  });

  test("use keys and signatures as RFC 8032 has them", () => {
    const der = Buffer.concat([
      Buffer.from("302e020100300506032b657004220420", "hex"),
      Buffer.from(seed, "hex"),
    ]);
    const key = createPrivateKey({ key: der, format: "der", type: "pkcs8" });
    expect(signByNode(null, Buffer.alloc(0), key).toString("hex")).toBe(empty);
    const { x } = createPublicKey(key).export({ format: "jwk" });
    expect(x).toBe(toBase64url(Buffer.from(known, "hex")));
    expect(Buffer.from(fromBase64url(String(x))).toString("hex")).toBe(known);
    expect(signingKey.safeParse(x).success).toBe(true);
  });

  test("open as what they were signed as, in whatever order their fields come", async () => {
    const signer = await newSigner();
    const { content: _, ...rest } = await sign("request", content, signer);
    const reordered = { ...rest, content: { nested: { y: true, z: null }, b: [1, 2.5], a: "ä" } };
    await expect(openSigned("request", schema, reordered, "file")).resolves.toMatchObject({
      content,
      key: signer.key,
    });
  });

  test("open as nothing else", async () => {
    const signer = await newSigner();
    for (const signedAs of purposes) {
      const signed = await sign(signedAs, content, signer);
      for (const purpose of purposes.filter((one) => one !== signedAs)) {
        await expect(openSigned(purpose, schema, signed, "file")).rejects.toThrow(/signed as something else/);
      }
    }
  });

  test("are refused where anything of them is changed", async () => {
    const [signer, other] = await Promise.all([newSigner(), newSigner()]);
    const signed = await sign("update", content, signer);
    const flipped = (text: string) => (text.startsWith("A") ? "B" : "A") + text.slice(1);
    const changed: unknown[] = [
      { ...signed, content: { ...content, a: "a" } },
      { ...signed, content: { ...content, more: 1 } },
      { ...signed, key: other.key },
      { ...signed, signature: flipped(signed.signature) },
      { ...signed, signature: signed.signature.slice(0, -1) },
      { ...signed, signature: undefined },
      { ...signed, further: 1 },
      null,
    ];
    for (const one of changed) {
      await expect(openSigned("update", schema, one, "file"), JSON.stringify(one)).rejects.toThrow(
        expect.objectContaining({ name: "SignatureInvalid" }),
      );
    }
  });

  test("are of the schema, beside being signed", async () => {
    const signer = await newSigner();
    const signed = await sign("update", { a: 1 }, signer);
    await expect(openSigned("update", schema, signed, "u.json")).rejects.toThrow(
      /^u\.json: is signed by somebody \(key [0-9a-f]{16}\), and is no update/,
    );
  });

  test("have one text for each key: its spare bits are zero", async () => {
    const { key } = await newSigner();
    const letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    const at = letters.indexOf(key.at(-1) ?? "");
    const twin = `${key.slice(0, -1)}${letters[at + 1]}`;
    expect(fromBase64url(twin)).toEqual(fromBase64url(key));
    expect(signingKey.safeParse(key).success).toBe(true);
    expect(signingKey.safeParse(twin).success).toBe(false);
  });

  test("of a key that is no point of the curve verify nothing", async () => {
    const signer: Signer = await newSigner();
    const { signature } = await sign("update", content, signer);
    const nowhere = toBase64url(new Uint8Array(32).fill(255));
    await expect(isSignedBy(nowhere, "update", content, signature)).resolves.toBe(false);
  });
});

test("canonical JSON is one text for each value", () => {
  expect(canonicalJson({ b: 1, a: [{ d: 1, c: 2 }], é: 0, Z: -0 })).toBe(
    '{"Z":0,"a":[{"c":2,"d":1}],"b":1,"é":0}',
  );
  expect(canonicalJson(undefined)).toBe("null");
});
