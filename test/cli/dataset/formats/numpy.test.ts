import { execFileSync, spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { decodeNpy } from "../../../../cli/dataset/formats/npy-array.ts";
import { npy, zip } from "./numpy-bytes.ts";
import { opened, ownersOpened, refusal } from "./opening.ts";

const floats = (shape: readonly number[], ...values: number[]) =>
  npy("<f4", shape, Buffer.from(Float32Array.from(values).buffer));
const longs = (...values: number[]) =>
  npy("<i8", [values.length], Buffer.from(BigInt64Array.from(values.map(BigInt)).buffer));

const pair = { "x.npy": floats([3, 2], 1, 2, 3, 4, 5, 6.5), "y.npy": longs(0, 1, 0) };

describe("an .npz file", () => {
  it.each([false, true])("is read by its usual names, deflated or not (%s)", async (deflated) => {
    const set = await opened({ "a.npz": zip(pair, deflated) }, {}, "a.npz");
    expect(set).toMatchObject({ name: "a", classes: 2, classNames: ["0", "1"] });
    expect([...set.examples.x]).toEqual([1, 2, 3, 4, 5, 6.5]);
    expect([...set.examples.y]).toEqual([0, 1, 0]);
  });

  it("has images, and a test part at its end, as Keras' mnist.npz", async () => {
    const images = (n: number) =>
      npy(
        "|u1",
        [n, 2, 3],
        Uint8Array.from({ length: 6 * n }, (_, i) => i),
      );
    const labels = (...of: number[]) => npy("|u1", [of.length], Uint8Array.from(of));
    const files = {
      "x_test.npy": images(1),
      "x_train.npy": images(2),
      "y_train.npy": labels(7, 3),
      "y_test.npy": labels(3),
    };
    const set = await opened({ "mnist.npz": zip(files) }, {}, "mnist.npz");
    expect(set).toMatchObject({ imageShape: [2, 3], officialTest: 1, classNames: ["3", "7"] });
    expect(set.examples.x).toEqual(Uint8Array.from([...Array(12).keys(), ...Array(6).keys()]));
    expect([...set.examples.y]).toEqual([1, 0, 0]);
  });

  it("is read by the names that are said, labels of text among them", async () => {
    const words = Buffer.from("ja\0\0neinja\0\0", "utf8");
    const utf32 = Buffer.alloc(48);
    [...words].forEach((byte, i) => void utf32.writeUInt32LE(byte, 4 * i));
    const files = {
      "a.npy": floats([3, 1], 1, 2, 3),
      "b.npy": floats([3, 1], 3, 4, 5),
      "who.npy": npy("<U4", [3], utf32),
    };
    const archive = { "a.npz": zip(files) };
    expect(await refusal(opened(archive, {}, "a.npz"))).toMatch(
      /is open: name them by --select X and --label Y; its arrays are "a", "b", "who"/,
    );
    const set = await opened(archive, { select: "b", label: "who" }, "a.npz");
    expect(set.classNames).toEqual(["ja", "nein"]);
    expect([...set.examples.x]).toEqual([3, 4, 5]);
    expect(await refusal(opened(archive, { select: "c", label: "who" }, "a.npz"))).toMatch(
      /--select: .* has no array "c"/,
    );
  });

  it("is refused where it is damaged, or holds programs", async () => {
    const flipped = zip(pair);
    flipped[140] = (flipped[140] ?? 0) ^ 1;
    expect(await refusal(opened({ "a.npz": flipped }, {}, "a.npz"))).toMatch(/x\.npy is damaged/);
    expect(await refusal(opened({ "a.npz": zip(pair).subarray(0, -30) }, {}, "a.npz"))).toMatch(
      /no ZIP archive, or it is truncated/,
    );
    const objects = { ...pair, "x.npy": npy("|O", [3], Buffer.from("\x80\x04]q.")) };
    expect(await refusal(opened({ "a.npz": zip(objects) }, {}, "a.npz"))).toMatch(
      /array "x" holds Python objects as a pickle.*astype/,
    );
    const hot = { ...pair, "y.npy": floats([3, 2], 1, 0, 0, 1, 1, 0) };
    expect(await refusal(opened({ "a.npz": zip(hot) }, {}, "a.npz"))).toMatch(/save y\.argmax\(axis=1\)/);
    const gap = { ...pair, "x.npy": floats([3, 2], 1, 2, 3, Number.NaN, 5, 6) };
    expect(await refusal(opened({ "a.npz": zip(gap) }, {}, "a.npz"))).toMatch(
      /x\[1, 1\] is NaN, which is not finite/,
    );
  });

  it("is an owner's, as a folder of arrays is", async () => {
    const { dataset } = await ownersOpened({
      "a.npz": zip(pair),
      "b/x.npy": pair["x.npy"],
      "b/y.npy": pair["y.npy"],
    });
    expect(dataset.owners).toEqual([
      { name: "a", examples: 3 },
      { name: "b", examples: 3 },
    ]);
    expect(await refusal(opened({ "x.npy": pair["x.npy"] }, {}, "x.npy"))).toMatch(
      /one array, and examples and labels are two/,
    );
  });
});

const python = spawnSync("python3", ["-c", "import numpy"]).status === 0;

describe.skipIf(!python)("arrays that NumPy wrote (needs python3 with NumPy)", () => {
  const integers = ["i1", "i2", "i4", "i8", "u1", "u2", "u4", "u8"];
  const types = [...integers, "f2", "f4", "f8"].flatMap((type) => [`<${type}`, `>${type}`]);

  it("of every type, byte order and memory order are what they were", () => {
    const folder = mkdtempSync(join(tmpdir(), "fedstep-numpy-"));
    const program = `
import json, sys, numpy as np
told = {}
for t in ${JSON.stringify(types)}:
    for order in "CF":
        kind = np.dtype(t).kind
        a = np.arange(24).reshape(2, 3, 4) * (3 if kind == "u" else -3)
        a = (a / 8 if kind == "f" else a).astype(t)
        np.save(f"${folder}/{t[1:]}{'l' if t[0] == '<' else 'b'}{order}.npy", np.asarray(a, order=order))
        told[f"{t[1:]}{'l' if t[0] == '<' else 'b'}{order}"] = a.astype(float).ravel().tolist()
print(json.dumps(told))`;
    const told = JSON.parse(execFileSync("python3", ["-c", program], { encoding: "utf8" })) as Record<
      string,
      number[]
    >;
    expect(Object.keys(told)).toHaveLength(44);
    for (const [name, values] of Object.entries(told)) {
      const read = decodeNpy(name, readFileSync(join(folder, `${name}.npy`)));
      expect([name, read.shape, [...read.values].map((v) => Number(v) + 0)]).toEqual([
        name,
        [2, 3, 4],
        values.map((v) => v + 0),
      ]);
    }
  });

  it("as savez and savez_compressed write them, and with pickles refused", async () => {
    const folder = mkdtempSync(join(tmpdir(), "fedstep-numpy-"));
    const program = `
import numpy as np
x = np.arange(12.0).reshape(4, 3); y = np.array(["no", "yes", "no", "yes"])
np.savez("${folder}/plain.npz", x=x, y=y)
np.savez_compressed("${folder}/packed.npz", X_train=x[:3], y_train=y[:3], X_test=x[3:], y_test=y[3:])
np.savez("${folder}/objects.npz", x=np.array([[1], [2, 3]], dtype=object), y=y[:2])`;
    execFileSync("python3", ["-c", program]);
    const file = (name: string) => opened({ [name]: readFileSync(join(folder, name)) }, {}, name);
    const plain = await file("plain.npz");
    expect([[...plain.examples.x], [...plain.examples.y], plain.classNames]).toEqual([
      [...Array(12).keys()],
      [0, 1, 0, 1],
      ["no", "yes"],
    ]);
    const packed = await file("packed.npz");
    expect([packed.officialTest, [...packed.examples.x]]).toEqual([1, [...Array(12).keys()]]);
    expect(await refusal(file("objects.npz"))).toMatch(/pickle/);
  });
});
