// A code as it comes in: typed by hand, by a keyboard scanner, under a Chinese input method, in small letters.

/** The spellings to try, in order: as it was typed but without blanks and full-width forms, then in capitals. */
export function spellings(typed: string): [string, ...string[]] {
  const plain = typed.normalize('NFKC').replace(/\s+/gu, '');
  const capitals = plain.toUpperCase();
  return capitals === plain ? [plain] : [plain, capitals];
}
