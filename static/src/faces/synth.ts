/** What makes the sounds: a few oscillators and a little noise. */
const VOLUME = 0.5;
const TICK_GAP_S = 0.03;
const FANFARE = [523.25, 659.25, 783.99, 1046.5];
const NOTE_S = 0.11;

export class Synth {
  readonly #output: GainNode;
  #noise: AudioBuffer | null = null;
  #lastTick = 0;

  constructor(private readonly context: AudioContext) {
    this.#output = context.createGain();
    this.#output.gain.value = VOLUME;
    this.#output.connect(context.destination);
  }

  tick(): void {
    if (this.#tooSoon()) return;
    this.#tone({ pitch: 1900, to: 900, long: 0.035, loud: 0.22, kind: 'triangle' });
  }

  scratch(): void {
    if (this.#tooSoon()) return;
    const now = this.context.currentTime;
    const source = this.context.createBufferSource();
    this.#noise ??= hiss(this.context);
    source.buffer = this.#noise;
    const band = this.context.createBiquadFilter();
    band.type = 'bandpass';
    band.frequency.value = 2600 + 1400 * Math.random();
    const gain = this.context.createGain();
    gain.gain.setValueAtTime(0.16, now);
    gain.gain.exponentialRampToValueAtTime(0.001, now + 0.09);
    source.connect(band).connect(gain).connect(this.#output);
    source.start(now, Math.random() * 0.3, 0.1);
  }

  fanfare(): void {
    for (const [index, pitch] of FANFARE.entries()) {
      const last = index === FANFARE.length - 1;
      const after = index * NOTE_S;
      this.#tone({ pitch, after, long: last ? 0.9 : 0.22, loud: 0.3, kind: 'triangle' });
      this.#tone({ pitch: pitch * 2, after, long: last ? 0.6 : 0.14, loud: 0.08, kind: 'sine' });
    }
  }

  rest(): void {
    this.#tone({ pitch: 523.25, long: 0.3, loud: 0.16, kind: 'sine' });
    this.#tone({ pitch: 440, after: 0.16, long: 0.45, loud: 0.14, kind: 'sine' });
  }

  /** Many in a row would run into one buzz. */
  #tooSoon(): boolean {
    const now = this.context.currentTime;
    if (now - this.#lastTick < TICK_GAP_S) return true;
    this.#lastTick = now;
    return false;
  }

  #tone({ pitch, to = pitch, after = 0, long, loud, kind }: Tone): void {
    const from = this.context.currentTime + after;
    const oscillator = this.context.createOscillator();
    oscillator.type = kind;
    oscillator.frequency.setValueAtTime(pitch, from);
    oscillator.frequency.exponentialRampToValueAtTime(to, from + long);
    const gain = this.context.createGain();
    gain.gain.setValueAtTime(0.0001, from);
    gain.gain.exponentialRampToValueAtTime(loud, from + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + long);
    oscillator.connect(gain).connect(this.#output);
    oscillator.start(from);
    oscillator.stop(from + long);
  }
}

/** Pitches in hertz, times in seconds. */
interface Tone {
  pitch: number;
  to?: number;
  after?: number;
  long: number;
  loud: number;
  kind: OscillatorType;
}

/** Half a second of noise. */
function hiss(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate / 2, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let at = 0; at < samples.length; at++) samples[at] = Math.random() * 2 - 1;
  return buffer;
}
