import { describe, expect, it } from 'vitest';
import { extractWords, parseCatalogue, translateWords } from './vite.words.js';

const SOURCE = `import { html } from 'lit';
import { t as say, tn } from '../words/words';
const list = html\`<ul>\${[1, 2].map((n) => html\`<li>\${tn('{n} turn', '{n} turns', n)}</li>\`)}</ul>\`;
const title = say('Spin the ' + "wheel", { n: 1 });
const same = other.t('Spin the wheel'), untold = say(\`Good luck\`);
`;
const MESSAGES = parseCatalogue(`
msgid ""
msgstr ""
"Language: zh_CN\\n"

msgid "Spin the wheel"
msgstr "转动“\\"大\\"转盘”"

msgid "{n} turn"
msgid_plural "{n} turns"
msgstr[0] "{n} 次"

msgid "Good luck"
msgstr ""
`);

describe('the words of the pages', () => {
  it('are found wherever they are said, and only there', () => {
    expect(extractWords(SOURCE, 'page.ts')).toEqual([
      { id: '{n} turn', plural: '{n} turns', line: 3 },
      { id: 'Spin the wheel', line: 4 },
      { id: 'Good luck', line: 5 },
    ]);
  });

  it('stand in the place of the English ones, which stay where there are none', () => {
    const translated = translateWords(SOURCE, 'page.ts', MESSAGES);
    expect(translated).toContain(`tn(["{n} 次"] as unknown as string, '', n)`);
    expect(translated).toContain(String.raw`say("转动“\"大\"转盘”", { n: 1 })`);
    expect(translated).toContain("other.t('Spin the wheel')");
    expect(translated).toContain('say(`Good luck`)');
  });

  it('are refused where they are no literal', () => {
    const source = "import { t } from '../words/words';\n\nt(isBig ? 'Big' : 'Small');\n";
    expect(() => extractWords(source, 'page.ts')).toThrow('page.ts:3: t() takes its text as a literal');
  });
});
