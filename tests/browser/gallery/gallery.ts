// Shows one face of the game in one state, as the query says: a page for tests and for screenshots.
import '../../../static/src/base/base.css';
import '../../../static/src/base/kit.css';
import '../../../static/src/base/stage.css';
import '../../../static/src/faces/engage-result';
import '../../../static/src/faces/engage-scratch';
import '../../../static/src/faces/engage-wheel';
import { html, render, type TemplateResult } from 'lit';
import { paintBrand } from '../../../static/src/faces/brand';
import type { EngageResult } from '../../../static/src/faces/engage-result';
import type { EngageScratch } from '../../../static/src/faces/engage-scratch';
import type { EngageWheel } from '../../../static/src/faces/engage-wheel';
import type { Face } from '../../../static/src/faces/face';
import { haptics } from '../../../static/src/faces/haptics';
import { motion } from '../../../static/src/faces/motion';
import { sound } from '../../../static/src/faces/sound';
import type { Table } from '../../../static/src/words/words';

declare const CHINESE: Table;

const query = new URLSearchParams(location.search);
const chinese = query.get('lang') === 'zh-CN';
const show = query.get('show') ?? 'start';
const slices = Number(query.get('slices') ?? 8);
const root = document.documentElement;
root.lang = chinese ? 'zh-CN' : 'en';
const theme = query.get('theme') ?? 'festive';
if (theme === 'brand') {
  paintBrand({ brand: `#${query.get('brand') ?? '0a4bb5'}`, accent: `#${query.get('accent') ?? 'ffc838'}` });
} else {
  root.setAttribute('data-theme', theme);
}
if (chinese) globalThis.engageWords = CHINESE;

/** Chinese and English side by side, so that the gallery needs no catalogue of its own. */
const say = (zh: string, en: string): string => (chinese ? zh : en);

const PRIZES: [string, string, string, Face['kind']][] = [
  ['牛肉面套餐', 'Noodle set meal', 'meal', 'voucher'],
  ['50 积分', '50 points', 'coins', 'points'],
  ['5L 花生油一桶', 'Bottle of peanut oil', 'oil', 'goods'],
  ['谢谢参与', 'No prize', 'leaf', 'none'],
  ['珍珠奶茶', 'Bubble tea', 'milk-tea', 'voucher'],
  ['再来一次', 'Play again', 'again', 'turns'],
  ['满 100 减 20', '20 % off a basket', 'percent', 'voucher'],
  ['10 积分', '10 points', 'coin', 'points'],
  ['东北大米 5kg', 'Bag of rice 5 kg', 'rice', 'goods'],
  ['新春红包', 'Red envelope', 'red-envelope', 'voucher'],
  ['电饭煲', 'Rice cooker', 'rice-cooker', 'goods'],
  ['鲜牛奶', 'Fresh milk', 'milk', 'goods'],
  ['双人电影票', 'Two cinema tickets', 'popcorn', 'voucher'],
  ['无线耳机', 'Headphones', 'headphones', 'goods'],
  ['保温杯', 'Thermos cup', 'cup', 'goods'],
  ['洗车一次', 'One car wash', 'car', 'voucher'],
];
const faces: Face[] = PRIZES.slice(0, slices).map(([zh, en, art, kind], index) => ({
  slot: `s${index + 1}`,
  prize: kind === 'none' ? 'none' : `prz_${index + 1}`,
  name: say(zh, en),
  art,
  kind,
}));

const mechanic = query.get('mechanic') ?? 'wheel';
const calm = motion.calm || query.has('calm');

function head(): TemplateResult {
  const title =
    mechanic === 'wheel'
      ? say('周年庆幸运大转盘', 'Anniversary lucky wheel')
      : say('开卡有喜，刮出好礼', 'Scratch the anniversary card');
  return html`<header class="stage-head"><span>${say('松间超市', 'Pine Lane')}</span>
    <span class="stage-tools"><span class="chip">${say('还有 3 次', '3 turns left')}</span></span></header>
    <div class="stage-title"><h1>${title}</h1>
    <p>${say('概率公开，结果先封存、后揭晓', 'Odds in the open, fixed before you tap')}</p></div>`;
}

function stage(): TemplateResult {
  const [face, act] =
    mechanic === 'wheel'
      ? [html`<engage-wheel .faces=${faces} .calm=${calm}></engage-wheel>`, say('开始抽奖', 'Spin')]
      : [html`<engage-scratch .calm=${calm}></engage-scratch>`, say('一键刮开', 'Reveal')];
  return html`<main class="stage">${head()}
    <div class="stage-play">${face}</div>
    <div class="stage-action"><button class="button button-play" type="button" @click=${play}>${act}</button>
    <a href="#rules">${say('规则与概率', 'Rules and odds')}</a></div></main>
    <p role="status" class="unseen"></p>
    <engage-result .calm=${calm}>
      <p>${say('已放入“我的奖品”，11 月 30 日前到店出示即可。', 'It is in My prizes. Show it in the shop by 30 November.')}</p>
      <button slot="actions" class="button button-main" type="button">${say('去使用', 'Use it now')}</button>
      <button slot="actions" class="button button-quiet" type="button">${say('再抽一次', 'Play again')}</button>
    </engage-result>`;
}

const wheel = (): EngageWheel => document.querySelector('engage-wheel') as EngageWheel;
const card = (): EngageScratch => document.querySelector('engage-scratch') as EngageScratch;
const result = (): EngageResult => document.querySelector('engage-result') as EngageResult;
const slot = query.get('slot') ?? 's1';
const face = (): Face => faces.find((each) => each.slot === slot) as Face;

/** Plays as an app would: the answer comes a little after the tap, and everything is said in the status region. */
async function play(event: Event): Promise<void> {
  const button = event.currentTarget as HTMLButtonElement;
  if (button.getAttribute('aria-disabled')) return;
  button.setAttribute('aria-disabled', 'true');
  if (query.has('sound')) {
    sound.allow(true);
    haptics.on = true;
  }
  tell(mechanic === 'wheel' ? say('正在抽奖', 'Spinning') : say('正在刮开', 'Revealing'));
  const answer = new Promise((resolve) => setTimeout(resolve, 300));
  if (mechanic === 'wheel') {
    wheel().spin();
    await answer;
    await wheel().land(slot, 250_000);
  } else {
    const open = card().reveal();
    await answer;
    card().face = face();
    await open;
  }
  tell(say(`恭喜您获得${face().name}`, `You won ${face().name}`));
  button.removeAttribute('aria-disabled');
  await announce();
}

function tell(text: string): void {
  (document.querySelector('[role=status]') as HTMLElement).textContent = text;
}

async function land(): Promise<void> {
  wheel().spin();
  wheel().skip();
  await wheel().land(slot, Number(query.get('ppm') ?? 500_000));
}

async function open(): Promise<void> {
  card().face = face();
  await card().reveal();
}

async function announce(): Promise<void> {
  result().prize = face();
  result().passed = query.get('passed') ?? '';
  await result().show();
}

function half(): void {
  const canvas = card().shadowRoot?.querySelector('canvas') as HTMLCanvasElement;
  const box = canvas.getBoundingClientRect();
  const point = (kind: string, x: number, y: number): void => {
    const at = { clientX: box.left + x * box.width, clientY: box.top + y * box.height };
    canvas.dispatchEvent(new PointerEvent(kind, { ...at, pointerId: 1, isPrimary: true }));
  };
  canvas.setPointerCapture = () => undefined;
  point('pointerdown', 0.1, 0.2);
  for (let step = 0; step <= 40; step++) point('pointermove', 0.08 + step / 66, step % 8 < 4 ? 0.2 : 0.62);
  point('pointerup', 0.5, 0.5);
}

const states: Record<string, () => Promise<void> | void> = {
  start: () => undefined,
  spinning: () => wheel().spin(),
  landed: land,
  won: async () => {
    if (mechanic === 'wheel') await land();
    else await open();
    await announce();
  },
  parked: async () => {
    wheel().spin();
    wheel().skip();
    await wheel().ease();
  },
  half: () => {
    card().face = face();
    half();
  },
  waiting: () => half(),
  revealed: open,
};

render(stage(), document.body);
await document.fonts.ready;
await (mechanic === 'wheel' ? wheel() : card()).updateComplete;
await new Promise(requestAnimationFrame);
await new Promise(requestAnimationFrame);
await states[show]?.();
root.setAttribute('data-ready', show);
