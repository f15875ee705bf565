import { encodersOf } from "../../../shared/schema/encode.ts";
import { elements } from "../embedded.ts";
import { saidNumbers, showAnswers } from "./answers.ts";
import { saidClasses, settledVerdict, showBars } from "./bars.ts";
import { element } from "./element.ts";
import { Field } from "./field.ts";
import { Given } from "./given.ts";
import { pageModels } from "./page-models.ts";
import { Search } from "./search.ts";

/** Fields to mend that are named. */
const mostNamed = 5;

/** Lets the page's reader fill in a row of a table for its models. */
function start(): void {
  const models = pageModels();
  const table = models.embedded.table ?? { columns: [], bytes: false };
  const fields = encodersOf(table).map((encoder, at) => new Field(encoder, at, table.bytes));
  const search = new Search(fields);
  const form = element(elements.form, HTMLFormElement);
  const given = new Given(models.embedded, fields);
  const say = settledVerdict(element(elements.verdict, HTMLElement));
  let waiting = false;

  const predict = () => {
    waiting = false;
    const read = fields.map((field) => ({ field, values: field.read() }));
    const wrong = read.flatMap(({ field, values }) => ("fault" in values ? [{ field, ...values }] : []));
    showWrong(wrong.map(({ field }) => field));
    const values = read.flatMap(({ values }) => ("fault" in values ? [] : values));
    const example = table.bytes ? Uint8Array.from(values) : Float32Array.from(values);
    const answers = wrong.length > 0 ? undefined : models.ask(example);
    showAnswers(models, answers);
    showBars(models, answers);
    given.show(answers && example);
    if (!answers) say(wrong.map(({ field, fault }) => `${field.name} ${fault}`).join("; "));
    else say(models.embedded.classes ? saidClasses(models, answers) : saidNumbers(models, answers));
  };
  const changed = () => {
    // once a frame is enough, however fast somebody writes
    if (!waiting) requestAnimationFrame(predict);
    waiting = true;
  };
  /** Names the fields that keep the models from answering, each as a way to it. */
  const showWrong = (wrong: readonly Field[]) => {
    const mend = element(elements.mend, HTMLElement);
    mend.hidden = wrong.length === 0;
    const ways = wrong.slice(0, mostNamed).map((field) => {
      const way = document.createElement("button");
      way.type = "button";
      way.textContent = field.name;
      way.addEventListener("click", () => {
        search.clear();
        field.focus();
      });
      return way;
    });
    const more = wrong.length > ways.length ? `and ${wrong.length - ways.length} more` : "";
    mend.replaceChildren("No answer yet. To mend: ", ...ways, more);
  };

  form.addEventListener("input", changed);
  form.addEventListener("submit", (event) => event.preventDefault());
  form.addEventListener("reset", () => {
    // the fields are as they were when the event has gone through
    setTimeout(() => {
      search.update();
      changed();
    });
  });
  element(elements.section, HTMLElement).hidden = false;
  predict();
}

start();
