// What lies over a page has an entry in the history of its own, so that a phone's Back closes it and stays on the page.
const MARK = 'over';

/** An entry that was closed by hand is on its way out of the history; another one waits until it is gone. */
let leaving: Promise<void> = Promise.resolve();

export class Over {
  #isOpen = false;

  /** `close` closes what lies there, because somebody went back. */
  constructor(private readonly close: () => void) {}

  async opened(): Promise<void> {
    this.#isOpen = true;
    await leaving;
    if (!this.#isOpen) return;
    if (!isOver()) history.pushState({ [MARK]: true }, '');
    addEventListener('popstate', this.#back);
  }

  /** It is closed now, whoever did it. */
  closed(): void {
    if (!this.#isOpen) return;
    this.#isOpen = false;
    removeEventListener('popstate', this.#back);
    if (!isOver()) return;
    leaving = new Promise((resolve) => addEventListener('popstate', () => resolve(), { once: true }));
    history.back();
  }

  /** A link in it takes the place of its entry: whoever comes back from there finds the page itself. */
  follow(event: MouseEvent): void {
    const link = event.composedPath().find((one) => one instanceof HTMLAnchorElement);
    const isPlain = event.button === 0 && !(event.ctrlKey || event.metaKey || event.shiftKey || event.altKey);
    if (!link || !isPlain || link.target || link.download || !isOver()) return;
    event.preventDefault();
    location.replace(link.href);
  }

  readonly #back = (): void => {
    if (!isOver()) this.close();
  };
}

function isOver(): boolean {
  return history.state?.[MARK] === true;
}
