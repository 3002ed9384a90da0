import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { METRICS } from '../../src/ops/metrics/metric-names';
import { ServiceMetrics } from '../../src/ops/metrics/service-metrics';
import { tempFolder } from '../support/temp-folder';
import { opsApp, opsConfig } from './ops-app';

const RULES = 'deploy/prometheus/3pay.rules.yml';
const DASHBOARD = 'deploy/grafana/3pay.json';

const folder = tempFolder();
let app: NestExpressApplication;
let text: string;

beforeAll(async () => {
  app = await opsApp(opsConfig({ DATABASE_URL: `sqlite:${folder.path}/books.sqlite` }));
  text = await app.get(ServiceMetrics).text();
});
afterAll(async () => {
  await app?.close();
  folder.remove();
});

function read(path: string): string {
  return readFileSync(join(__dirname, '../..', path), 'utf8');
}

/** The metrics a file asks for: names of ours, and those of the process. */
function asked(path: string): string[] {
  const names = read(path).match(/\b(?:threepay|process|nodejs)_\w+/g) ?? [];
  return [...new Set(names)].map((name) => name.replace(/_bucket$/, ''));
}

function served(): string[] {
  return [...text.matchAll(/^# TYPE (\S+)/gm)].map(([, name]) => name ?? '');
}

describe('the metrics', () => {
  it('are those of the table, all of them', () => {
    const ours = served().filter((name) => name.startsWith('threepay_'));
    expect(ours.sort()).toEqual(Object.values(METRICS).sort());
  });

  it.each([RULES, DASHBOARD])('that %s asks for are there', (path) => {
    expect(asked(path).length).toBeGreaterThan(8);
    expect(asked(path).filter((name) => !served().includes(name))).toEqual([]);
  });

  it('of ours are all looked at by somebody', () => {
    const watched = new Set([...asked(RULES), ...asked(DASHBOARD)]);
    expect(Object.values(METRICS).filter((name) => !watched.has(name))).toEqual([]);
  });

  it('are counted beside the words of docs/operating.md', () => {
    const page = read('docs/operating.md');
    expect(Object.values(METRICS).filter((name) => !page.includes(name))).toEqual([]);
    const alerts = [...read(RULES).matchAll(/alert: (\w+)/g)].map(([, name]) => name ?? '');
    expect(alerts.length).toBeGreaterThan(8);
    expect(alerts.filter((name) => !page.includes(name))).toEqual([]);
  });
});

describe('the dashboard', () => {
  it('has a title, a unit and a question in every panel', () => {
    const { panels } = JSON.parse(read(DASHBOARD)) as { panels: Record<string, unknown>[] };
    expect(panels.length).toBeGreaterThan(10);
    for (const panel of panels) {
      expect(panel).toMatchObject({
        title: expect.stringMatching(/\w/) as string,
        targets: expect.arrayContaining([
          expect.objectContaining({ expr: expect.stringMatching(/\w/) as string }),
        ]) as unknown[],
      });
    }
    expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  });
});
