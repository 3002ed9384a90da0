import { readFileSync } from 'node:fs';
import { join } from 'node:path';

function file(name: string): string {
  return readFileSync(join(__dirname, '..', name), 'utf8');
}

describe('the version of the program', () => {
  const { version } = JSON.parse(file('package.json')) as { version: string };

  it.each([
    ['package-lock.json', /^ {2}"version": "(.*)"/m],
    ['package-lock.json', /"": \{\s+"name": "3pay-gateway",\s+"version": "(.*)"/],
    ['src/wire/openapi/swagger.ts', /\.setVersion\('(.*)'\)/],
    ['deploy/kubernetes/kustomization.yaml', /newTag: (.*)/],
    ['docs/operating.md', /newTag: (.*)/],
    ['docs/versions.md', /`(\d+\.\d+\.\d+)` in the document/],
    ['CHANGELOG.md', /^## (\S+)/m],
  ])('is told by %s', (name, place) => {
    expect(place.exec(file(name))?.[1]).toBe(version);
  });
});
