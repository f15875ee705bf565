import type { Mutant } from "../mutant.ts";

const attacked = ["test/owner/masked-attacks.test.ts"];
const agreed = ["test/shared/owners/helpers.test.ts"];

/** What owners who open the sums of masks look at, and what they never open. */
export const ownersMasks: readonly Mutant[] = [
  {
    name: "draws-from-a-constant-key",
    fault:
      "An owner's noise and masks are drawn from a key that everybody knows, and not from a code of its own.",
    file: "owner/keys.ts",
    find: 'return this.#mac([utf8("fedstep/training")]);',
    replace: "return Promise.resolve(new Uint8Array(32));",
    tests: ["test/owner/account/noise-by-kms.test.ts"],
  },
  {
    name: "account-writes-boxes-anywhere",
    fault: "An owner in an account of its own may write boxes below another account's number.",
    file: "shared/layout.ts",
    find: "ofItsRuns(pattern).replace(/\\*$/,",
    replace: "ofItsRuns(pattern).replace(/none$/,",
    tests: ["test/cdk/owners-rights.test.ts"],
  },
  {
    name: "owner-opens-a-second-set",
    fault: "An owner that helps opens another set of owners for a model that it has opened before.",
    file: "owner/open-sums.ts",
    find: "if (first && summed.length < first.set.length) {",
    replace: "if (first && summed.length < 0) {",
    tests: attacked,
  },
  {
    name: "owner-opens-a-set-an-execution",
    fault: "An owner that helps knows the set that it has opened for a model by execution alone.",
    file: "owner/open-sums.ts",
    find: "entries.find((one) => one.globalSha256 === globalSha256)",
    replace: "entries.find((one) => one.globalSha256 === globalSha256 && one.attempt === attempt)",
    tests: attacked,
  },
  {
    name: "boxes-signed-by-anybody",
    fault: "A helper opens boxes that somebody has signed.",
    file: "owner/open-boxes.ts",
    find: "if (signed && (await isSigned(signed, owner.key))) return;",
    replace: "if (signed) return;",
    tests: attacked,
  },
  {
    name: "masked-integers-unsigned",
    fault: "An owner's signature is not for its masked integers.",
    file: "storage/masked-objects.ts",
    find: "if (told !== undefined && told !== (await wordsSha256(words))) {",
    replace: "if (told === (await wordsSha256(words)).slice(1)) {",
    tests: attacked,
  },
  {
    name: "opened-sums-unsigned",
    fault: "Sums count whose helper has not signed them.",
    file: "shared/owners/opening-statement.ts",
    find: "return isSigned ? { signed: said }",
    replace: "return isSigned || said ? { signed: said }",
    tests: attacked,
  },
  {
    name: "opened-sums-forgotten",
    fault: "A home that was brought back from before it opened sums helps on.",
    file: "shared/owners/judge-chain.ts",
    find: "|| isOpeningForgotten(plan, record, job, entries)",
    replace: "",
    tests: attacked,
  },
  {
    name: "one-trusted-helper",
    fault: "An owner takes part where its policy lists one helper.",
    file: "shared/owners/helpers.ts",
    find: "fewestTrusted = 2",
    replace: "fewestTrusted = 1",
    tests: agreed,
  },
  {
    name: "simulated-clients-in-a-sum",
    fault: "Simulated clients beside owners make a sum large enough.",
    file: "shared/secure-aggregation/minimum.ts",
    find: "agreement === undefined || ownerOf(plan, client) !== undefined",
    replace: "agreement === undefined || client >= 0",
    tests: ["test/shared/secure-aggregation/minimum.test.ts"],
  },
];
