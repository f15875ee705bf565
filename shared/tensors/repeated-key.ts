/** All that matters in a text that is known to be JSON; one character or two, so that no string is too long for it. */
const token = /\\.|["{}]/g;
const colon = /\s*:/y;

/** The first key that some object of a valid JSON text has twice, where JSON.parse would silently take the last. */
export function repeatedKey(json: string): string | undefined {
  const open: Set<string>[] = [];
  let quote: number | undefined;
  for (const { 0: text, index } of json.matchAll(token)) {
    if (text === '"' && quote === undefined) quote = index;
    else if (text === '"') {
      colon.lastIndex = index + 1;
      if (colon.test(json)) {
        const key: string = JSON.parse(json.slice(quote, index + 1));
        const keys = open.at(-1);
        if (keys?.has(key)) return key;
        keys?.add(key);
      }
      quote = undefined;
    } else if (quote === undefined && text === "{") open.push(new Set());
    else if (quote === undefined && text === "}") open.pop();
  }
  return undefined;
}
