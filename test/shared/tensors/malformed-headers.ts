const entry = (dtype: string, shape: string, offsets: string) =>
  `{"dtype":"${dtype}","shape":${shape},"data_offsets":${offsets}}`;

/** What is wrong with a header before three bytes of data, the header, and how it is refused. */
export const malformedHeaders: [string, string, RegExp][] = [
  ["a hole", `{"a":${entry("U8", "[1]", "[0,1]")},"b":${entry("U8", "[1]", "[2,3]")}}`, /"b".*a hole/],
  ["an overlap", `{"a":${entry("U8", "[2]", "[0,2]")},"b":${entry("U8", "[2]", "[1,3]")}}`, /"b".*overlap/],
  [
    "two tensors at one place",
    `{"a":${entry("U8", "[3]", "[0,3]")},"b":${entry("U8", "[3]", "[0,3]")}}`,
    /overlap/,
  ],
  ["a data range before the data", `{"a":${entry("U8", "[3]", "[1,3]")}}`, /a hole/],
  ["a shape of another size", `{"a":${entry("F32", "[3]", "[0,3]")}}`, /takes 12 bytes, but has 3/],
  ["offsets in reverse", `{"a":${entry("U8", "[0]", "[0,0]")},"b":${entry("U8", "[1]", "[3,0]")}}`, /"b"/],
  ["a product past the safe integers", `{"a":${entry("U8", "[4294967296,4294967296]", "[0,3]")}}`, /takes/],
  [
    "a product of infinity and nothing",
    `{"a":${entry("U8", `[${new Array(25).fill(9e15)},0]`, "[0,3]")}}`,
    /takes NaN/,
  ],
  ["a tensor past the end", `{"a":${entry("U8", "[4]", "[0,4]")}}`, /truncated/],
  ["a dtype of another kind", `{"a":${entry("F16", "[1]", "[0,2]")}}`, /"a".*dtype.*"U8"\|"I32"\|"F32"/],
  ["a negative length", `{"a":${entry("U8", "[-3]", "[0,3]")}}`, /shape\.0/],
  ["a fractional length", `{"a":${entry("U8", "[1.5]", "[0,3]")}}`, /shape\.0/],
  ["a huge length", `{"a":${entry("U8", "[1e300]", "[0,3]")}}`, /shape\.0/],
  ["three offsets", `{"a":${entry("U8", "[3]", "[0,3,3]")}}`, /data_offsets/],
  ["an unknown field", '{"a":{"dtype":"U8","shape":[3],"data_offsets":[0,3],"order":"F"}}', /order/],
  [
    "a name twice",
    `{"a":${entry("U8", "[3]", "[0,3]")},"\\u0061":${entry("U8", "[3]", "[0,3]")}}`,
    /repeats "a"/,
  ],
  ["a field twice", '{"a":{"dtype":"U8","dtype":"U8","shape":[3],"data_offsets":[0,3]}}', /repeats "dtype"/],
  [
    "a label that is not a string",
    `{"__metadata__":{"n":1},"a":${entry("U8", "[3]", "[0,3]")}}`,
    /"n".*string/,
  ],
  ["metadata that is no object", `{"__metadata__":["n"],"a":${entry("U8", "[3]", "[0,3]")}}`, /__metadata__/],
  ["a list for a header", "[]", /not a JSON object/],
  ["a header that is not JSON", "{'a': 1}", /not JSON/],
  ["no tensors for the data", "{}", /3 bytes follow/],
];
