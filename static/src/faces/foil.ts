/** The foil of a scratch card: metal with an engraved pattern, painted once, and rubbed off with a rough brush. */
import { Hits, type Spot } from './hits';

/** What the theme says about the foil. */
export interface FoilStyle {
  /** Colour stops as CSS writes them. */
  metal: string;
  line: string;
  ink: string;
  font: string;
}

const DENSITY_MOST = 2;
const BRUSH_PX = 46;
const DABS_APART_PX = 7;
const GRAINS = 2600;
const ROSETTES = 26;

export class Foil {
  readonly hits = new Hits();
  readonly #pen: CanvasRenderingContext2D;
  readonly #brush: HTMLCanvasElement;
  #width = 0;
  #height = 0;

  constructor(private readonly canvas: HTMLCanvasElement) {
    this.#pen = canvas.getContext('2d') as CanvasRenderingContext2D;
    this.#brush = roughBrush();
  }

  /** Covers the whole canvas anew. */
  paint(text: string, style: FoilStyle): void {
    const density = Math.min(devicePixelRatio, DENSITY_MOST);
    this.#width = this.canvas.clientWidth;
    this.#height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.#width * density);
    this.canvas.height = Math.round(this.#height * density);
    this.#pen.setTransform(density, 0, 0, density, 0, 0);
    this.#pen.globalCompositeOperation = 'source-over';
    this.#paintMetal(style.metal);
    this.#engrave(style.line);
    this.#grain();
    this.#write(text, style);
  }

  /** Rubs along a line between two points, in shares of the width and height. */
  rub(from: Spot, to: Spot): void {
    this.hits.stroke(from, to, { x: BRUSH_PX / 2 / this.#width, y: BRUSH_PX / 2 / this.#height });
    const pen = this.#pen;
    pen.globalCompositeOperation = 'destination-out';
    const [fromX, fromY] = [from.x * this.#width, from.y * this.#height];
    const [acrossX, acrossY] = [to.x * this.#width - fromX, to.y * this.#height - fromY];
    const steps = Math.max(1, Math.ceil(Math.hypot(acrossX, acrossY) / DABS_APART_PX));
    for (let step = 1; step <= steps; step++) {
      pen.save();
      pen.translate(fromX + (acrossX * step) / steps, fromY + (acrossY * step) / steps);
      pen.rotate(Math.random() * Math.PI * 2);
      pen.drawImage(this.#brush, -BRUSH_PX * 0.6, -BRUSH_PX * 0.6, BRUSH_PX * 1.2, BRUSH_PX * 1.2);
      pen.restore();
    }
  }

  #paintMetal(metal: string): void {
    const gradient = this.#pen.createLinearGradient(0, 0, this.#width, this.#height);
    const stops = metal.split(',').map((stop) => stop.trim().split(' '));
    stops.forEach(([colour = '', at], index) => {
      gradient.addColorStop(at ? Number.parseFloat(at) / 100 : index && 1, colour);
    });
    this.#pen.fillStyle = gradient;
    this.#pen.fillRect(0, 0, this.#width, this.#height);
  }

  /** Rosettes as on banknotes: one wavy ring inside the other. */
  #engrave(line: string): void {
    const pen = this.#pen;
    const [middleX, middleY] = [this.#width / 2, this.#height / 2];
    const reach = Math.hypot(middleX, middleY);
    pen.strokeStyle = line;
    pen.lineWidth = 0.7;
    for (let ring = 0; ring < ROSETTES; ring++) {
      const radius = reach * (0.12 + (ring / ROSETTES) * 0.95);
      pen.globalAlpha = ring % 2 ? 0.34 : 0.2;
      pen.beginPath();
      for (let degree = 0; degree <= 360; degree += 2) {
        const angle = (degree * Math.PI) / 180;
        const waved = radius + reach * 0.045 * Math.sin(12 * angle + (ring % 2 ? Math.PI : 0) + ring * 0.16);
        pen.lineTo(middleX + waved * Math.cos(angle), middleY + waved * Math.sin(angle));
      }
      pen.stroke();
    }
    pen.globalAlpha = 1;
  }

  #grain(): void {
    const pen = this.#pen;
    for (let grain = 0; grain < GRAINS; grain++) {
      pen.fillStyle = grain % 2 ? '#ffffff30' : '#00000014';
      pen.fillRect(Math.random() * this.#width, Math.random() * this.#height, 1.3, 1.3);
    }
  }

  /** The invitation, on a plate so that it can be read on the pattern. */
  #write(text: string, { ink, font, metal }: FoilStyle): void {
    const pen = this.#pen;
    const size = Math.min(26, this.#width / 11);
    pen.font = `800 ${size}px ${font}`;
    pen.textAlign = 'center';
    pen.textBaseline = 'middle';
    const [x, y] = [this.#width / 2, this.#height / 2];
    const half = Math.min(pen.measureText(text).width / 2 + size * 1.1, x - 8);
    pen.beginPath();
    pen.roundRect(x - half, y - size * 1.15, half * 2, size * 2.3, size * 1.15);
    pen.globalAlpha = 0.72;
    pen.fillStyle = metal.split(/[\s,]+/)[0] ?? '';
    pen.fill();
    pen.globalAlpha = 0.5;
    pen.strokeStyle = ink;
    pen.lineWidth = 1.5;
    pen.stroke();
    pen.globalAlpha = 1;
    pen.fillStyle = '#ffffff99';
    pen.fillText(text, x, y + 1.5, half * 2 - size);
    pen.fillStyle = ink;
    pen.fillText(text, x, y, half * 2 - size);
  }
}

/** A dab with a ragged edge. */
function roughBrush(): HTMLCanvasElement {
  const brush = document.createElement('canvas');
  brush.width = brush.height = BRUSH_PX * DENSITY_MOST;
  const pen = brush.getContext('2d') as CanvasRenderingContext2D;
  const middle = brush.width / 2;
  for (let blot = 0; blot < 90; blot++) {
    const angle = Math.random() * Math.PI * 2;
    const out = middle * 0.78 * Math.sqrt(Math.random());
    pen.globalAlpha = 0.55 + 0.45 * Math.random();
    pen.beginPath();
    pen.arc(
      middle + out * Math.cos(angle),
      middle + out * Math.sin(angle),
      middle * (0.08 + 0.16 * Math.random()),
      0,
      7,
    );
    pen.fill();
  }
  return brush;
}
