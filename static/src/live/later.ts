// Work that is put off and, if it is asked for again before it was done, put off anew and done once.
export type Later = (ms: number, work: () => void) => void;

/** Whatever is asked for last is done, once. */
export function later(): Later {
  let timer: ReturnType<typeof setTimeout> | undefined;
  return (ms, work) => {
    clearTimeout(timer);
    timer = setTimeout(work, ms);
  };
}
