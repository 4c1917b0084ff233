/** What a slot of a game looks like: the prize it pays now, by name and picture. */
export interface Face {
  slot: string;
  prize: string;
  name: string;
  /** The name of one of our own pictures, or the address of an uploaded one. */
  art: string;
  kind: Kind;
  odds?: { numerator: number; denominator: number };
}

export type Kind = 'points' | 'turns' | 'voucher' | 'goods' | 'none';
