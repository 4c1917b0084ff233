import { afterEach, beforeEach, expect, it } from 'vitest';
import { keepPlace } from './place';

const settle = () => new Promise((resolve) => setTimeout(resolve, 30));
const focused = () => document.activeElement?.id;

beforeEach(() => {
  document.body.innerHTML = `<h1 id="page">Home</h1><main>
    <section aria-labelledby="held"><h2 id="held">Just bought</h2><button id="one">Use it</button></section>
    <section aria-labelledby="todo"><h2 id="todo">To do</h2>
      <article aria-labelledby="task"><h3 id="task">A task</h3><button id="claim">Claim</button></article></section>
    <dialog></dialog></main>`;
  keepPlace(document.querySelector('main') as HTMLElement);
});
afterEach(() => document.body.replaceChildren());

const find = (id: string) => document.getElementById(id) as HTMLElement;

it('goes to the heading of what the focus was in, or of what that was in, or of the page', async () => {
  find('claim').focus();
  find('claim').remove();
  await settle();
  expect(focused()).toBe('task');
  find('task').closest('article')?.remove();
  await settle();
  expect(focused()).toBe('todo');
  find('one').focus();
  find('held').closest('section')?.remove();
  await settle();
  expect(focused()).toBe('page');
});

it('comes back to where a sheet was opened, or to what is left of it, once the sheet is gone', async () => {
  find('claim').focus();
  const dialog = document.querySelector('dialog') as HTMLDialogElement;
  dialog.innerHTML = '<button id="inside">Give it back</button>';
  dialog.setAttribute('open', '');
  find('inside').focus();
  find('claim').remove();
  find('inside').remove();
  await settle();
  expect(focused()).not.toBe('task');
  dialog.removeAttribute('open');
  await settle();
  expect(focused()).toBe('task');
});

it('takes no focus that somebody has given up', async () => {
  find('claim').focus();
  find('claim').blur();
  await settle();
  find('claim').remove();
  await settle();
  expect(document.activeElement).toBe(document.body);
});
