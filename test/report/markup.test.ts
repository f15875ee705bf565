import { expect, test } from "vitest";
import { html } from "../../report/markup.ts";

test("text is escaped, markup is not", () => {
  const inner = html`<b>${"<script>alert('1 & 2')</script>"}</b>`;
  expect(html`<p title="${'"'}">${inner}</p>`.text).toBe(
    '<p title="&quot;"><b>&lt;script&gt;alert(&#39;1 &amp; 2&#39;)&lt;/script&gt;</b></p>',
  );
});

test("lists are joined, zero is shown, and nothing is left of what is not there", () => {
  expect(html`${[1, 2].map((n) => html`<i>${n}</i>`)}${0}${null}${undefined}${false}`.text).toBe(
    "<i>1</i><i>2</i>0",
  );
});
