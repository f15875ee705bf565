/**
 * Keys that belong to nobody: points of small order, in every encoding that decoders take, the last bit left out (libsodium's
 * lists, ge25519_has_small_order and x25519's). By an Ed25519 key of these one made-up signature verifies for any message, or
 * for one message in eight at the least; by an X25519 key everybody comes to the same shared secret.
 */
const ed25519 = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
  "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

const x25519 = [
  "0000000000000000000000000000000000000000000000000000000000000000",
  "0100000000000000000000000000000000000000000000000000000000000000",
  "e0eb7a7c3b41b8ae1656e3faf19fc46ada098deb9c32b1fd866205165f49b800",
  "5f9c95bca3508c24b1d0b1559c83ef5b04445cc4581c8e86d8224eddd09f1157",
  "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
  "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

const lists = { ed25519, x25519 };

/** @param hex of a key's 32 bytes */
export function hasSmallOrder(curve: keyof typeof lists, hex: string): boolean {
  const last = Number.parseInt(hex.slice(-2), 16) & 0x7f;
  const masked = hex.slice(0, -2) + last.toString(16).padStart(2, "0");
  return lists[curve].includes(masked);
}
