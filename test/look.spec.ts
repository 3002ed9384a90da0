import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readPageFiles } from '../src/console/view/page-files';
import { readPanelFiles } from '../src/simulator/panel/files';
import { readTillFiles } from '../src/till/till-files';

const SRC = join(__dirname, '../src');
const COLOURS = 'look/colours.css';

describe('the colours of the pages', () => {
  const sheets = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
    .filter((file) => file.endsWith('.css'))
    .map((file) => [file, readFileSync(join(SRC, file), 'utf8')] as const);
  const colours = new Map(sheets).get(COLOURS) ?? '';

  it('are the same file for the till, the console and the simulator', () => {
    const served = [readTillFiles, readPageFiles, readPanelFiles].map((read) => {
      const file = read().get('colours.css');
      return [file?.type, file?.etag, file?.content.toString()];
    });
    expect(served[0]).toEqual(['text/css; charset=utf-8', expect.stringMatching(/^"/), colours]);
    expect(new Set(served.map(String)).size).toBe(1);
  });

  it('are said there alone, each once', () => {
    for (const [file, text] of sheets.filter(([name]) => name !== COLOURS)) {
      const own = text.match(/:root[^{]*\{[^}]*--[^}]*\}|color-scheme.*/g);
      expect([file, own]).toEqual([file, null]);
    }
    const names = [...colours.matchAll(/(--[\w-]+):/g)].map(([, name]) => name);
    expect(names).toHaveLength(new Set(names).size);
  });

  it('are all that the sheets ask for', () => {
    for (const [file, text] of sheets) {
      const asked = [...text.matchAll(/var\((--[\w-]+)/g)].map(([, name = '']) => name);
      const missing = asked.filter((name) => !`${colours}${text}`.includes(`  ${name}:`));
      expect([file, missing]).toEqual([file, []]);
    }
  });
});
