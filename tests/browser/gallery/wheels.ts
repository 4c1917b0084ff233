// Wheels of 2 to 16 slices beside each other, for the test that the pointer never lies.
import '../../../static/src/base/base.css';
import '../../../static/src/faces/engage-wheel';
import './wheels.css';
import { html, render } from 'lit';
import type { Face } from '../../../static/src/faces/face';
import names from '../../../static/src/faces/icons.json';
import { motion } from '../../../static/src/faces/motion';

const FEWEST = 2;
const MOST = 16;

function facesOf(slices: number): Face[] {
  return Array.from({ length: slices }, (_, index) => ({
    slot: `slot ${index}`,
    prize: `prize ${index}`,
    name: `奖品 ${index} of ${slices}`,
    art: names[(index * 7 + slices) % names.length] as string,
    kind: 'voucher' as const,
  }));
}

document.documentElement.setAttribute('data-theme', 'festive');
const counts = Array.from({ length: MOST - FEWEST + 1 }, (_, index) => FEWEST + index);
render(
  counts.map((slices) => html`<engage-wheel .faces=${facesOf(slices)} .calm=${motion.calm}></engage-wheel>`),
  document.body,
);
await Promise.all([...document.querySelectorAll('engage-wheel')].map((wheel) => wheel.updateComplete));
document.documentElement.setAttribute('data-ready', 'wheels');
