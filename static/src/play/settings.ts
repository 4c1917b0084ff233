// How a member wants to be played for on this device: what moves, what is heard, what is felt. Kept per member.
import type { Keep } from '../api/keep';
import { haptics } from '../faces/haptics';
import { motion } from '../faces/motion';
import { sound } from '../faces/sound';

export interface Wishes {
  calm: boolean;
  sound: boolean;
  haptics: boolean;
}

const NONE: Wishes = { calm: false, sound: false, haptics: false };

export class Settings {
  wishes: Wishes;

  constructor(private readonly keep: Keep) {
    this.wishes = { ...NONE, ...keep.read<Partial<Wishes>>('wishes') };
    motion.calm = this.wishes.calm;
    haptics.on = this.wishes.haptics;
  }

  /** Sound needs a tap to be let out, so it begins with the first one. */
  unmute(): void {
    if (this.wishes.sound && !sound.on) sound.allow(true);
  }

  /** Belongs into the tap that asks for it. */
  change(wishes: Partial<Wishes>): void {
    this.wishes = { ...this.wishes, ...wishes };
    this.keep.write('wishes', this.wishes);
    motion.calm = this.wishes.calm;
    haptics.on = this.wishes.haptics;
    sound.allow(this.wishes.sound);
  }
}
