import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import { classes, features, learningRate } from "./case.ts";
import type { Contender } from "./contender.ts";

const pythons = [process.env.FEDSTEP_PYTHON, "python3", "/usr/bin/python3"];

/**
 * A program in bench/peers, in the first Python that can run it, on one thread.
 * @param folder where the data sets stand as raw float32 and int32
 * @returns undefined where no Python can import what the program needs
 */
export async function openPeer(program: string, folder: string): Promise<Contender | undefined> {
  for (const python of pythons) {
    const peer = python && (await start(python, program, folder));
    if (peer) return peer;
  }
  return undefined;
}

async function start(python: string, program: string, folder: string): Promise<Contender | undefined> {
  const script = fileURLToPath(new URL(`peers/${program}`, import.meta.url));
  const child = spawn(python, [script, folder], {
    stdio: ["pipe", "pipe", "ignore"],
    env: { ...process.env, OMP_NUM_THREADS: "1", OPENBLAS_NUM_THREADS: "1", MKL_NUM_THREADS: "1" },
  });
  // a Python that is not there ends the output too, and that is all there is to know
  child.on("error", () => {});
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const read = async <T>(): Promise<T | undefined> => {
    const { value, done } = await lines.next();
    return done ? undefined : (JSON.parse(value as string) as T);
  };
  const ask = async <T>(request: object): Promise<T> => {
    child.stdin.write(`${JSON.stringify(request)}\n`);
    const answer = await read<T>();
    if (!answer) throw new Error(`${program} ended without an answer`);
    return answer;
  };
  const hello = await read<{ readonly version: string; readonly blas: string | null }>();
  if (!hello) return undefined;
  return {
    name: hello.version,
    blas: hello.blas ?? "a BLAS that it does not name",
    slow: false,
    async open(one) {
      await ask({ do: "open", ...one, features, classes, learningRate: learningRate(one), momentum: 0 });
      return { next: () => ask({ do: "epoch" }) };
    },
    close: () => child.stdin.end(),
  };
}
