import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { beforeAll, describe, expect, onTestFinished, test } from "vitest";
import { openHome } from "../../../owner/home.ts";
import type { Bundle } from "../../../owner/train.ts";
import { keys } from "../../../shared/layout.ts";
import type { JobAnswer, SendAnswer } from "../../../shared/owners/door-protocol.ts";
import { signedOf } from "../../../shared/owners/log-entry.ts";
import { run } from "../working-owners.ts";
import { type AskedOwner, askedOwner, trainingBundle } from "./asked-owner.ts";
import type { Reply } from "./door-stand-in.ts";
import { takes } from "./taking.ts";

let bundle: Bundle;
beforeAll(async () => {
  bundle = await trainingBundle();
}, 120_000);

/** A host that nobody agreed upon; it counts who comes. */
async function elsewhere(): Promise<{ origin: string; visits: () => number }> {
  let visits = 0;
  const server = createServer((request, response) => {
    visits++;
    request.resume();
    response.end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  return { origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, visits: () => visits };
}

/** Has the owner take part until it says something like that. @returns what it said by then */
async function until(asked: AskedOwner, said: RegExp): Promise<string[]> {
  const stop = new AbortController();
  const told: string[] = [];
  const { owner, agreed, door } = asked;
  const ended = takes(
    { owner, agreed, bundle, url: door.url, signal: stop.signal },
    {
      until: "stopped",
      tell: (line) => {
        told.push(line);
        if (said.test(line)) stop.abort(new Error("said"));
      },
    },
  );
  await expect(ended).rejects.toThrow("said");
  return told;
}

const updatesOf = ({ bucket }: AskedOwner) =>
  [...bucket.contents.keys()].filter((key) => key.startsWith("updates/"));

type JobLie = (answer: JobAnswer, away: string, asked: AskedOwner) => unknown;
const led =
  (key: string): JobLie =>
  (answer, away) => ({
    ...answer,
    reads: answer.reads.map((one) => (one.key === key ? { ...one, url: `${away}/${key}` } : one)),
  });
const offering =
  (...reads: JobAnswer["reads"]): JobLie =>
  (answer) => ({ ...answer, reads: [...answer.reads, ...reads] });

const lies: readonly [string, JobLie, RegExp][] = [
  ["names another host for the plan", led(keys.plan(run)), /was agreed upon/],
  ["names another host for a state", led(keys.roundState(run, 0)), /was agreed upon/],
  [
    "names the metadata of a cloud",
    (answer) => led(keys.plan(run))(answer, "http://169.254.169.254/latest", {} as AskedOwner),
    /was agreed upon/,
  ],
  [
    "names a file of this machine",
    (answer) => ({ ...answer, reads: answer.reads.map((one) => ({ ...one, url: "file:///etc/passwd" })) }),
    /was agreed upon/,
  ],
  [
    "puts its own name before another host's",
    (answer, away, { door }) => ({
      ...answer,
      reads: answer.reads.map((one) => ({
        ...one,
        url: one.url.replace("//", `//${new URL(door.origin).host}@${new URL(away).host}/`),
      })),
    }),
    /was agreed upon/,
  ],
  [
    "offers another run's plan",
    offering({ key: keys.plan("clinics.second"), url: "http://127.0.0.1/" }),
    /no part of the job/,
  ],
  [
    "offers an object twice",
    (answer) => ({ ...answer, reads: [...answer.reads, ...answer.reads] }),
    /offers it twice/,
  ],
  [
    "offers metrics without end",
    (answer, _, { door }) => ({
      ...answer,
      reads: [
        ...answer.reads,
        ...Array.from({ length: 10_000 }, (_, at) => ({
          key: keys.roundMetrics(run, at + 1),
          url: `${door.origin}/x`,
        })),
      ],
    }),
    /no part of the job/,
  ],
  [
    "keeps the model back",
    (answer) => ({ ...answer, reads: answer.reads.filter(({ key }) => key !== keys.global(run, 0)) }),
    /does not say where/,
  ],
  [
    "asks for work for another federation",
    (answer) => ({
      ...answer,
      job: answer.job && { ...answer.job, agreement: { ...answer.job.agreement, federation: "banks" } },
    }),
    /asks for work for banks/,
  ],
];

describe("a job is declined, and nothing leaves, where the door", () => {
  test.each(lies)("%s", async (_, lie, about) => {
    const asked = await askedOwner(bundle);
    const away = await elsewhere();
    const { door, key, job, owner } = asked;
    const ended = door.wait(key, job);
    door.lie = (request, reply) =>
      request.ask === "job" && request.working === null && request.done === null
        ? { ...reply, body: lie(reply.body as JobAnswer, away.origin, asked) }
        : reply;
    await until(asked, /refuses round 1.*DoorUntrusted/);
    expect(away.visits()).toBe(0);
    expect(updatesOf(asked)).toEqual([]);
    const { entries } = (await openHome(owner.home.place)).log;
    expect(signedOf(entries)).toEqual([]);
    expect(entries.at(-1)).toMatchObject({ refusal: "DoorUntrusted", about: expect.stringMatching(about) });
    // of another federation's job nothing waits there that it could end
    if (!about.source.includes("banks")) expect(await Promise.race([ended, null])).toBeNull();
  });

  test.each<[string, (put: NonNullable<SendAnswer["put"]>, away: string) => SendAnswer["put"]]>([
    ["wants the update elsewhere", (put, away) => ({ ...put, url: `${away}/update` })],
    ["wants other headers sent", (put) => ({ ...put, headers: { ...put.headers, cookie: "x" } })],
    [
      "wants it to be everybody's",
      (put) => ({ ...put, headers: { ...put.headers, "x-amz-acl": "public-read" } }),
    ],
    [
      "wants it led elsewhere",
      (put) => ({ ...put, headers: { ...put.headers, "x-amz-website-redirect-location": "/" } }),
    ],
    [
      "wants it named after something",
      (put) => ({ ...put, headers: { ...put.headers, "x-amz-meta-owner": "Seoul Clinic" } }),
    ],
    ["wants it written over", (put) => ({ ...put, headers: { ...put.headers, "if-none-match": "abc" } })],
    [
      "wants another digest said",
      (put) => ({ ...put, headers: { ...put.headers, "X-Amz-Checksum-Sha256": "AAAA" } }),
    ],
    [
      "wants another host named",
      (put) => ({ ...put, headers: { ...put.headers, host: "elsewhere.example" } }),
    ],
  ])("%s", async (_, lie) => {
    const asked = await askedOwner(bundle);
    const away = await elsewhere();
    const { door, key, job, owner } = asked;
    void door.wait(key, job);
    door.lie = (request, reply) => {
      if (request.ask !== "send") return reply;
      const body = reply.body as SendAnswer;
      return { ...reply, body: { ...body, put: body.put && lie(body.put, away.origin) } };
    };
    await until(asked, /refuses round 1.*DoorUntrusted/);
    expect(away.visits()).toBe(0);
    expect(updatesOf(asked)).toEqual([]);
    const { entries } = (await openHome(owner.home.place)).log;
    expect(entries.at(-1)).toMatchObject({ event: "refused", refusal: "DoorUntrusted" });
  });
});

const endless = (response: ServerResponse, type: string) => {
  response.writeHead(200, { "content-type": type });
  const timer = setInterval(() => response.write(Buffer.alloc(2 ** 20, 0x20)), 1);
  response.on("close", () => clearInterval(timer));
};

describe("nothing hangs, and it is said by name, where the door", () => {
  const replies: readonly [string, (reply: Reply, response: ServerResponse) => Reply | undefined, RegExp][] =
    [
      [
        "redirects to a cloud's metadata",
        () => ({ status: 307, body: "", headers: { location: "http://169.254.169.254/" } }),
        /DoorUntrusted.*led elsewhere by 307/,
      ],
      [
        "answers in HTML, as a proxy may",
        () => ({ status: 200, body: "<html>log in</html>", headers: { "content-type": "text/html" } }),
        /DoorUntrusted.*text\/html/,
      ],
      [
        "answers with what is no answer",
        () => ({ status: 200, body: { hello: 1 } }),
        /DoorUntrusted.*no answer to job/,
      ],
      ["answers with no JSON", () => ({ status: 200, body: "{" }), /DoorUntrusted.*no answer to job/],
      [
        "has a run's name that is a path",
        (reply) => ({
          ...reply,
          body: { ...(reply.body as JobAnswer), job: { ...(reply.body as JobAnswer).job, run: "../../x" } },
        }),
        /DoorUntrusted.*no answer to job/,
      ],
      [
        "answers without end",
        (_, response) => {
          endless(response, "application/json");
          return undefined;
        },
        /DoorUntrusted.*more than the/,
      ],
      [
        "breaks off",
        (_, response) => {
          response.destroy();
          return undefined;
        },
        /DoorUnreachable/,
      ],
      [
        "has failed",
        () => ({ status: 502, body: { Message: "Internal Server Error" } }),
        /DoorUnreachable.*502/,
      ],
      [
        "has been turned off",
        () => ({ status: 403, body: { Message: "Forbidden" } }),
        /DoorUnreachable.*403/,
      ],
      [
        "has too much to do",
        () => ({ status: 429, body: {}, headers: { "retry-after": "0" } }),
        /the door is busy/,
      ],
      [
        "knows another door",
        (reply) => ({
          ...reply,
          status: 403,
          body: { at: new Date().toISOString(), error: "WrongDoor", message: "no" },
        }),
        /WrongDoor: no/,
      ],
    ];
  test.each(replies)("%s", async (_, lie, said) => {
    const asked = await askedOwner(bundle);
    const { door, key, job } = asked;
    void door.wait(key, job);
    door.lie = (_, reply, response) => lie(reply, response);
    await until(asked, said);
    expect(updatesOf(asked)).toEqual([]);
    // and goes on as soon as the door is one
    door.lie = (_, reply) => reply;
    await until(asked, /^sent/);
  });

  test("has a bucket that never ends", async () => {
    const asked = await askedOwner(bundle);
    const { door, key, job } = asked;
    void door.wait(key, job);
    door.storage = (_, response) => {
      endless(response, "application/octet-stream");
      return true;
    };
    await until(asked, /refuses round 1.*DoorUntrusted/);
    expect(updatesOf(asked)).toEqual([]);
  });

  test("has a bucket that leads elsewhere", async () => {
    const asked = await askedOwner(bundle);
    const away = await elsewhere();
    const { door, key, job } = asked;
    void door.wait(key, job);
    door.storage = (_, response) => {
      response.writeHead(307, { location: away.origin }).end();
      return true;
    };
    await until(asked, /refuses round 1.*DoorUntrusted/);
    expect(away.visits()).toBe(0);
  });
});

describe("a clock", () => {
  test.each([3_600_000, -3_600_000])("that is %i ms off is mended once", async (skewMs) => {
    const asked = await askedOwner(bundle);
    asked.door.skewMs = skewMs;
    void asked.door.wait(asked.key, asked.job);
    const told = await until(asked, /^sent/);
    expect(told.filter((line) => line.includes("the clock of this machine"))).toHaveLength(1);
  });

  test("that would be two days off is not believed", async () => {
    const asked = await askedOwner(bundle);
    asked.door.skewMs = 2 * 86_400_000;
    void asked.door.wait(asked.key, asked.job);
    await until(asked, /DoorUntrusted.*more than a day/);
    const times = asked.door.asked.map(({ at }) => Math.abs(Date.parse(at) - Date.now()));
    expect(Math.max(...times)).toBeLessThan(600_000);
    expect(updatesOf(asked)).toEqual([]);
  });

  test("that goes on changing is none", async () => {
    const asked = await askedOwner(bundle);
    let skew = 0;
    asked.door.lie = (_, __) => {
      skew += 3_600_000;
      const at = new Date(Date.now() + skew).toISOString();
      return { status: 403, body: { at, error: "ClockSkewed", message: "" } };
    };
    await until(asked, /DoorUntrusted.*mended once/);
  });
});
