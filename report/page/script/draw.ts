import { centreDigit, mnistSide } from "../../../shared/dataset/centring.ts";
import { elements } from "../embedded.ts";
import { sampleDigits } from "../strokes.ts";
import { saidClasses, settledVerdict, showBars } from "./bars.ts";
import { element } from "./element.ts";
import { Pad } from "./pad.ts";
import { pageModels } from "./page-models.ts";

/** On the paper when the page opens. */
const firstSample = 3;

/** Lets the page's reader draw for its models. */
function start(): void {
  const models = pageModels();
  const seen = element(elements.seen, HTMLCanvasElement);
  const say = settledVerdict(element(elements.verdict, HTMLElement));
  let waiting = false;

  const predict = () => {
    waiting = false;
    const example = centreDigit(pad.ink());
    showSeen(seen, example);
    const answers = pad.blank ? undefined : models.ask(example);
    showBars(models, answers);
    say(answers ? saidClasses(models, answers) : "");
  };
  const pad = new Pad(element(elements.pad, HTMLCanvasElement), () => {
    // once a frame is enough, however often the pen reports
    if (!waiting) requestAnimationFrame(predict);
    waiting = true;
  });

  element(elements.clear, HTMLButtonElement).addEventListener("click", () => pad.clear());
  const samples = document.getElementById(elements.samples);
  for (const button of samples?.querySelectorAll("button") ?? []) {
    const strokes = sampleDigits[Number(button.value)];
    if (strokes) button.addEventListener("click", () => pad.show(strokes));
  }
  element(elements.section, HTMLElement).hidden = false;
  if (samples) pad.show(sampleDigits[firstSample] ?? []);
  else predict();
}

/** The 28 x 28 pixels that the models are given. */
function showSeen(canvas: HTMLCanvasElement, example: Uint8Array): void {
  const context = canvas.getContext("2d");
  if (!context) return;
  const image = context.createImageData(mnistSide, mnistSide);
  example.forEach((byte, i) => {
    image.data.set([byte, byte, byte, 255], 4 * i);
  });
  context.putImageData(image, 0, 0);
}

start();
