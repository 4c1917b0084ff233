// Shows one face of the game in one state, as the query says: a page for tests and for screenshots.
import '../../../static/src/base/base.css';
import '../../../static/src/base/kit.css';
import '../../../static/src/base/stage.css';
import '../../../static/src/faces/engage-wheel';
import { html, render, type TemplateResult } from 'lit';
import { paintBrand } from '../../../static/src/faces/brand';
import type { EngageWheel } from '../../../static/src/faces/engage-wheel';
import type { Face } from '../../../static/src/faces/face';
import { motion } from '../../../static/src/faces/motion';
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

function head(): TemplateResult {
  return html`<header class="stage-head"><span>${say('松间超市', 'Pine Lane')}</span>
    <span class="stage-tools"><span class="chip">${say('还有 3 次', '3 turns left')}</span></span></header>
    <div class="stage-title"><h1>${say('周年庆幸运大转盘', 'Anniversary lucky wheel')}</h1>
    <p>${say('每一次都有公开的概率，转前就已封存', 'Odds in the open, fixed before you tap')}</p></div>`;
}

function wheel(): TemplateResult {
  return html`<main class="stage">${head()}
    <div class="stage-play"><engage-wheel .faces=${faces} .calm=${motion.calm}></engage-wheel></div>
    <div class="stage-action"><button class="button button-play" type="button">${say('开始抽奖', 'Spin')}</button>
    <a href="#rules">${say('规则与概率', 'Rules and odds')}</a></div></main>`;
}

const states: Record<string, (wheel: EngageWheel) => Promise<void>> = {
  start: async () => undefined,
  spinning: async (wheel) => wheel.spin(),
  won: async (wheel) => {
    wheel.spin();
    wheel.skip();
    await wheel.land(query.get('slot') ?? 's1', Number(query.get('ppm') ?? 500_000));
  },
  parked: async (wheel) => {
    wheel.spin();
    wheel.skip();
    await wheel.ease();
  },
};

render(wheel(), document.body);
const element = document.querySelector('engage-wheel') as EngageWheel;
await element.updateComplete;
await document.fonts.ready;
await states[show]?.(element);
root.setAttribute('data-ready', show);
