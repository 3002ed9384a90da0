import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

/** Advisories by package, as npm's bulk endpoint answers them. */
export type Advisories = Readonly<Record<string, readonly Readonly<Record<string, unknown>>[]>>;

/** A registry that serves audits, and nothing else. */
export interface FakeRegistry {
  readonly url: string;
  close(): Promise<void>;
}

/** Starts one; null instead of advisories: it has no audit endpoint. */
export async function fakeRegistry(advisories: Advisories | null): Promise<FakeRegistry> {
  const server = createServer((request, response) => {
    request.resume();
    const isAudit = request.method === 'POST' && request.url?.endsWith('/advisories/bulk');
    response.statusCode = isAudit && advisories ? 200 : 404;
    response.setHeader('Content-Type', 'application/json');
    response.end(JSON.stringify(isAudit && advisories ? advisories : { error: 'not found' }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  const close = (): Promise<void> => new Promise((resolve) => server.close(() => resolve()));
  return { url: `http://127.0.0.1:${port}/`, close };
}

/** One advisory about a package. */
export function advisory(
  id: number,
  severity: string,
  title: string,
  versions = '<99.0.0',
): Record<string, unknown> {
  const cvss = { score: 9, vectorString: null };
  return { id, url: '', title, severity, vulnerable_versions: versions, cwe: [], cvss };
}
