// What a till remembers: its key until the tab is closed, its name for good.
const KEY = 'engage/till/key';
const STORE = 'engage/till/store';

function read(storage: () => Storage, name: string): string {
  try {
    return storage().getItem(name) ?? '';
  } catch {
    return ''; // a browser that forbids storage forgets with every page
  }
}

function write(storage: () => Storage, name: string, value: string): void {
  try {
    if (value) storage().setItem(name, value);
    else storage().removeItem(name);
  } catch {
    // It is kept in memory for as long as the page lives.
  }
}

export const desk = {
  key: read(() => sessionStorage, KEY),
  store: read(() => localStorage, STORE),

  open(key: string, store: string): void {
    [this.key, this.store] = [key, store];
    write(() => sessionStorage, KEY, key);
    write(() => localStorage, STORE, store);
  },

  close(): void {
    this.key = '';
    write(() => sessionStorage, KEY, '');
  },
};
