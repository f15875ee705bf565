import type { GreyImage } from "../../../shared/dataset/centring.ts";
import type { Stroke } from "../strokes.ts";

/** Pixels along a side of the drawing, whatever size it is shown in. */
const side = 280;
/** The pen on the page, as a share of the side. */
const penOnPage = 0.075;
/** MNIST's pens are about this share of a digit's longer side, however large the digit was written. */
const penInBox = 0.13;
/** What the arrow keys move the pen by, alone and with shift. */
const steps = { far: 0.04, near: 0.01 } as const;

/**
 * Paper to draw on: by mouse, touch or pen, or by the keyboard, where arrow keys move the pen and space puts it down
 * and lifts it.
 */
export class Pad {
  readonly #canvas: HTMLCanvasElement;
  readonly #onChange: () => void;
  #strokes: [number, number][][] = [];
  /** A sample is on the paper: the first stroke takes its place. */
  #sample = true;
  #drawing = false;
  #pen: { x: number; y: number; down: boolean } = { x: 0.5, y: 0.5, down: false };

  constructor(canvas: HTMLCanvasElement, onChange: () => void) {
    this.#canvas = canvas;
    this.#onChange = onChange;
    this.#listen();
    this.paint();
  }

  /** Whether nothing has been drawn. */
  get blank(): boolean {
    return this.#strokes.length === 0;
  }

  clear(): void {
    this.#pen.down = false;
    this.#replace([], false);
  }

  show(strokes: readonly Stroke[]): void {
    this.#pen.down = false;
    this.#replace(
      strokes.map((stroke) => stroke.map(([x, y]) => [x, y])),
      true,
    );
  }

  /** The drawing with a pen in proportion to the digit, since a small digit would otherwise be a blot. */
  ink(): GreyImage {
    const points = this.#strokes.flat();
    const extent = (values: number[]) => Math.max(...values) - Math.min(...values);
    const longer = Math.max(extent(points.map(([x]) => x)), extent(points.map(([, y]) => y)), 0.08);
    const canvas = new OffscreenCanvas(side, side);
    const context = canvas.getContext("2d", { willReadFrequently: true });
    if (!context) return { width: 0, height: 0, ink: [] };
    this.#trace(context, side, Math.min(penOnPage * 1.25, penInBox * longer), "#000");
    const { data } = context.getImageData(0, 0, side, side);
    // the paper is transparent, so the opacity is the ink
    return {
      width: side,
      height: side,
      ink: Uint8Array.from({ length: side * side }, (_, i) => data[4 * i + 3] ?? 0),
    };
  }

  /** Draws the paper in the size, the resolution and the colours that it is shown in. */
  paint(): void {
    const resolution = Math.max(1, window.devicePixelRatio);
    const size = Math.round((this.#canvas.clientWidth || side) * resolution);
    if (this.#canvas.width !== size) {
      this.#canvas.width = size;
      this.#canvas.height = size;
    }
    const context = this.#canvas.getContext("2d");
    if (!context) return;
    context.clearRect(0, 0, size, size);
    this.#trace(context, size, penOnPage, getComputedStyle(this.#canvas).color);
    if (document.activeElement === this.#canvas) this.#paintPen(context, size);
  }

  #trace(
    context: CanvasRenderingContext2D | OffscreenCanvasRenderingContext2D,
    size: number,
    pen: number,
    colour: string,
  ): void {
    Object.assign(context, {
      strokeStyle: colour,
      lineWidth: pen * size,
      lineCap: "round",
      lineJoin: "round",
    });
    for (const stroke of this.#strokes) {
      context.beginPath();
      const [first, ...rest] = stroke;
      if (!first) continue;
      context.moveTo(first[0] * size, first[1] * size);
      // a line without length is not drawn, and a dot is ink as well
      for (const [x, y] of rest.length > 0 ? rest : [first]) context.lineTo(x * size, y * size + 0.01);
      context.stroke();
    }
  }

  #paintPen(context: CanvasRenderingContext2D, size: number): void {
    const { x, y, down } = this.#pen;
    context.beginPath();
    context.arc(x * size, y * size, (penOnPage * size) / 2, 0, 2 * Math.PI);
    context.lineWidth = size / 140;
    context.strokeStyle = getComputedStyle(this.#canvas).accentColor;
    context.stroke();
    if (!down) return;
    context.fillStyle = context.strokeStyle;
    context.fill();
  }

  #listen(): void {
    const canvas = this.#canvas;
    canvas.addEventListener("pointerdown", (event) => {
      if (event.button !== 0) return;
      canvas.setPointerCapture(event.pointerId);
      this.#drawing = true;
      this.#begin(this.#place(event));
    });
    canvas.addEventListener("pointermove", (event) => {
      if (!this.#drawing) return;
      const between = event.getCoalescedEvents();
      for (const one of between.length > 0 ? between : [event]) this.#extend(this.#place(one));
    });
    for (const end of ["pointerup", "pointercancel"] as const) {
      canvas.addEventListener(end, () => {
        this.#drawing = false;
      });
    }
    canvas.addEventListener("keydown", (event) => {
      if (this.#onKey(event.key, event.shiftKey)) event.preventDefault();
    });
    for (const change of ["focus", "blur"] as const) canvas.addEventListener(change, () => this.paint());
    window.addEventListener("resize", () => this.paint());
    window.matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.paint());
  }

  /** Whether the key means something here. */
  #onKey(key: string, shift: boolean): boolean {
    const pen = this.#pen;
    const step = shift ? steps.near : steps.far;
    const within = (value: number) => Math.min(0.95, Math.max(0.05, value));
    const moves: Record<string, [number, number]> = {
      ArrowLeft: [-step, 0],
      ArrowRight: [step, 0],
      ArrowUp: [0, -step],
      ArrowDown: [0, step],
    };
    const move = moves[key];
    if (move) {
      pen.x = within(pen.x + move[0]);
      pen.y = within(pen.y + move[1]);
      if (pen.down) this.#extend([pen.x, pen.y]);
      this.paint();
    } else if (key === " ") {
      pen.down = !pen.down;
      if (pen.down) this.#begin([pen.x, pen.y]);
      this.paint();
    } else if (key === "Delete" || key === "Backspace") this.clear();
    else return false;
    return true;
  }

  #begin(at: [number, number]): void {
    if (this.#sample) this.#strokes = [];
    this.#sample = false;
    this.#strokes.push([at]);
    this.#changed();
  }

  #extend(to: [number, number]): void {
    this.#strokes.at(-1)?.push(to);
    this.#changed();
  }

  #replace(strokes: [number, number][][], sample: boolean): void {
    this.#strokes = strokes;
    this.#sample = sample;
    this.#changed();
  }

  #changed(): void {
    this.paint();
    this.#onChange();
  }

  #place({ clientX, clientY }: PointerEvent): [number, number] {
    const { left, top, width, height } = this.#canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }
}
