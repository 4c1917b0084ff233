/** Whether things may move: the system's wish, or the member's switch on the page, whichever asks for less. */
export class Motion extends EventTarget {
  readonly #system = matchMedia('(prefers-reduced-motion: reduce)');
  #switched = false;

  constructor() {
    super();
    this.#system.addEventListener('change', () => this.dispatchEvent(new Event('change')));
  }

  /** The system asks for less motion, so that a page need not offer more. */
  get system(): boolean {
    return this.#system.matches;
  }

  /** No spin, no confetti, nothing slides. A `change` event tells when it changes. */
  get calm(): boolean {
    return this.system || this.#switched;
  }

  /** The page's switch. */
  set calm(calm: boolean) {
    this.#switched = calm;
    this.dispatchEvent(new Event('change'));
  }
}

export const motion = new Motion();
