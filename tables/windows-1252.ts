/** Of the bytes 0x80 to 0x9f; five stand for nothing, and stay the controls that they are in ISO-8859-1. */
const high = "€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ";

/** Text in Windows-1252. Node's own decoder takes these bytes for ISO-8859-1 in some versions. */
export function windows1252(bytes: Uint8Array): string {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
  return text.replaceAll(/[\x80-\x9f]/g, (control) => high[control.charCodeAt(0) - 0x80] ?? control);
}
