import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { DeleteObjectCommand, GetObjectCommand, PutObjectCommand, type S3Client } from "@aws-sdk/client-s3";
import { expect, test } from "vitest";
import { bucket, clientOf, refusal, serve, startFixture } from "./endpoint.ts";

const { s3, directory } = await startFixture();
const neighbour = await serve(directory);
const Bucket = bucket;

const textOf = async (client: S3Client, Key: string) =>
  (await client.send(new GetObjectCommand({ Bucket, Key }))).Body?.transformToString();

let races = 0;

/** 20 writers over the given clients; @returns what the winners wrote and the others' status */
async function race(
  clients: readonly S3Client[],
  Key: string,
  condition: { IfNoneMatch?: string; IfMatch?: string },
) {
  // in every race other bytes: whoever replaces an object by its like leaves the ETag as it was for the next
  const number = races++;
  const bodies = Array.from({ length: 20 }, (_, i) =>
    `race ${number}, writer ${i} `.repeat(1 + 3000 * (i % 3)),
  );
  const outcomes = await Promise.allSettled(
    bodies.map((Body, i) => {
      const client = clients[i % clients.length] ?? s3;
      return client.send(new PutObjectCommand({ Bucket, Key, Body, ...condition }));
    }),
  );
  const winners = bodies.filter((_, i) => outcomes[i]?.status === "fulfilled");
  const losers = outcomes.flatMap((outcome) => (outcome.status === "rejected" ? [outcome.reason.name] : []));
  return { winners, losers };
}

test("of 20 who create a key one wins, and the object is what it wrote", async () => {
  const { winners, losers } = await race([s3], "race/create", { IfNoneMatch: "*" });
  expect(winners).toHaveLength(1);
  expect(new Set(losers)).toEqual(new Set(["PreconditionFailed"]));
  expect(await textOf(s3, "race/create")).toBe(winners[0]);
});

test("of 20 who replace what they have read one wins", async () => {
  const { ETag = "" } = await s3.send(new PutObjectCommand({ Bucket, Key: "race/replace", Body: "before" }));
  const { winners } = await race([s3], "race/replace", { IfMatch: ETag });
  expect(winners).toHaveLength(1);
  expect(await textOf(s3, "race/replace")).toBe(winners[0]);
});

test("it is one in all over two processes that share the directory", async () => {
  const script = fileURLToPath(new URL("./serve-directory.ts", import.meta.url));
  const child = fork(script, [directory, bucket], { execArgv: ["--import", "tsx"] });
  try {
    const [port] = await once(child, "message");
    const other = clientOf(`http://127.0.0.1:${port}`);
    for (let round = 0; round < 5; round++) {
      const key = `race/processes/${round}`;
      const created = await race([s3, other, neighbour.s3], key, { IfNoneMatch: "*" });
      expect(created.winners).toHaveLength(1);
      expect(new Set(created.losers)).toEqual(new Set(["PreconditionFailed"]));
      const read = await other.send(new GetObjectCommand({ Bucket, Key: key }));
      expect(await read.Body?.transformToString()).toBe(created.winners[0]);
      const replaced = await race([s3, other], key, { IfMatch: read.ETag ?? "" });
      expect(replaced.winners).toHaveLength(1);
      expect(await textOf(neighbour.s3, key)).toBe(replaced.winners[0]);
    }
    other.destroy();
  } finally {
    child.kill();
  }
});

test("a second endpoint sees the first one's writes, replacements and deletions at once", async () => {
  const send = (client: S3Client, Body: string, Metadata: Record<string, string>) =>
    client.send(new PutObjectCommand({ Bucket, Key: "shared", Body, Metadata }));
  for (let i = 0; i < 20; i++) {
    const [writer, reader] = i % 2 === 0 ? [s3, neighbour.s3] : [neighbour.s3, s3];
    const { ETag } = await send(writer, `version ${i % 10}`, { version: String(i) });
    const read = await reader.send(new GetObjectCommand({ Bucket, Key: "shared" }));
    expect(await read.Body?.transformToString()).toBe(`version ${i % 10}`);
    expect(read).toMatchObject({ ETag, Metadata: { version: String(i) } });
  }
  await neighbour.s3.send(new DeleteObjectCommand({ Bucket, Key: "shared" }));
  expect(await refusal(textOf(s3, "shared"))).toMatchObject({ name: "NoSuchKey" });
});

test("a condition on what is not there says so", async () => {
  const missing = new PutObjectCommand({ Bucket, Key: "missing", Body: "x", IfMatch: '"0"' });
  expect(await refusal(s3.send(missing))).toMatchObject({ name: "NoSuchKey", status: 404 });
  const other = new PutObjectCommand({ Bucket, Key: "missing", Body: "x", IfNoneMatch: '"0"' });
  expect(await refusal(s3.send(other))).toMatchObject({ name: "NotImplemented", status: 501 });
});

test("readers see whole objects while they are replaced", async () => {
  const whole = ["a", "b", "c"].map((letter) => letter.repeat(300_000));
  const version = (i: number) => whole[i % whole.length] ?? "";
  await s3.send(new PutObjectCommand({ Bucket, Key: "replaced", Body: version(0) }));
  const writing = Promise.all(
    Array.from({ length: 30 }, (_, i) =>
      neighbour.s3.send(new PutObjectCommand({ Bucket, Key: "replaced", Body: version(i) })),
    ),
  );
  for (let i = 0; i < 30; i++) expect(whole).toContain(await textOf(s3, "replaced"));
  await writing;
});
