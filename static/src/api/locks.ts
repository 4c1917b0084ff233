// One page at a time: the tabs of a browser share a member's seeds, and must not open epochs against each other.

export interface Locks {
  /** Run `work` while no other page of this browser holds the name. */
  hold<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** Whether some page holds the name now. */
  isHeld(name: string): Promise<boolean>;
}

/** The browser's Web Locks; where there are none (an insecure context has no WebCrypto either) a page is alone. */
export const webLocks: Locks = {
  hold: (name, work) => (navigator.locks ? navigator.locks.request(name, work) : work()),
  isHeld: async (name) => {
    if (!navigator.locks) return false;
    return navigator.locks.request(name, { ifAvailable: true }, async (lock) => lock === null);
  },
};
