/** Sounds made by the browser itself, off until asked for. `allow()` belongs into the tap that asks. */
const VOLUME = 0.5;
const TICK_GAP_S = 0.03;
const FANFARE = [523.25, 659.25, 783.99, 1046.5];
const NOTE_S = 0.11;

class Sound {
  #context: AudioContext | null = null;
  #output: GainNode | null = null;
  #noise: AudioBuffer | null = null;
  #lastTick = 0;
  #on = false;

  get on(): boolean {
    return this.#on;
  }

  /** Turns the sounds on or off. A browser lets the first sound out only if this runs within a tap. */
  allow(on: boolean): void {
    this.#on = on;
    if (!on) {
      this.#context?.suspend();
      return;
    }
    this.#context ??= new AudioContext();
    if (!this.#output) {
      this.#output = this.#context.createGain();
      this.#output.gain.value = VOLUME;
      this.#output.connect(this.#context.destination);
    }
    this.#context.resume();
  }

  /** A peg at the pointer. */
  tick(): void {
    const now = this.#context?.currentTime ?? 0;
    if (now - this.#lastTick < TICK_GAP_S) return;
    this.#lastTick = now;
    this.#tone(1900, 0, 0.035, 0.22, 'triangle', 900);
  }

  /** A stroke over the foil. */
  scratch(): void {
    const context = this.#context;
    if (!this.#on || !context || !this.#output) return;
    const now = context.currentTime;
    if (now - this.#lastTick < TICK_GAP_S) return;
    this.#lastTick = now;
    const source = context.createBufferSource();
    source.buffer = this.#noise ??= hiss(context);
    const band = context.createBiquadFilter();
    band.type = 'bandpass';
    band.frequency.value = 2600 + 1400 * Math.random();
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.16, now);
    gain.gain.exponentialRampToValueAtTime(0.001, now + 0.09);
    source.connect(band).connect(gain).connect(this.#output);
    source.start(now, Math.random() * 0.3, 0.1);
  }

  /** Something was won. */
  fanfare(): void {
    for (const [index, pitch] of FANFARE.entries()) {
      const last = index === FANFARE.length - 1;
      this.#tone(pitch, index * NOTE_S, last ? 0.9 : 0.22, 0.3, 'triangle');
      this.#tone(pitch * 2, index * NOTE_S, last ? 0.6 : 0.14, 0.08, 'sine');
    }
  }

  /** Nothing was won: two soft notes, no sad horn. */
  rest(): void {
    this.#tone(523.25, 0, 0.3, 0.16, 'sine');
    this.#tone(440, 0.16, 0.45, 0.14, 'sine');
  }

  #tone(pitch: number, after: number, long: number, loud: number, kind: OscillatorType, to = pitch): void {
    const context = this.#context;
    if (!this.#on || !context || !this.#output) return;
    const from = context.currentTime + after;
    const oscillator = context.createOscillator();
    oscillator.type = kind;
    oscillator.frequency.setValueAtTime(pitch, from);
    oscillator.frequency.exponentialRampToValueAtTime(to, from + long);
    const gain = context.createGain();
    gain.gain.setValueAtTime(0.0001, from);
    gain.gain.exponentialRampToValueAtTime(loud, from + 0.008);
    gain.gain.exponentialRampToValueAtTime(0.0001, from + long);
    oscillator.connect(gain).connect(this.#output);
    oscillator.start(from);
    oscillator.stop(from + long);
  }
}

/** Half a second of noise. */
function hiss(context: AudioContext): AudioBuffer {
  const buffer = context.createBuffer(1, context.sampleRate / 2, context.sampleRate);
  const samples = buffer.getChannelData(0);
  for (let at = 0; at < samples.length; at++) samples[at] = Math.random() * 2 - 1;
  return buffer;
}

export const sound = new Sound();
