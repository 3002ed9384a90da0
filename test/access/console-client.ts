/** The address of a running service, and a browser's part of the console: cookies and forms. */
export class ConsoleClient {
  private readonly cookies = new Map<string, string>();

  constructor(readonly url: string) {}

  /** The value of a cookie that was set; empty: none. */
  cookie(name: string): string {
    return this.cookies.get(name) ?? '';
  }

  /** As if it had been stolen, or kept. */
  setCookie(name: string, value: string): void {
    this.cookies.set(name, value);
  }

  async get(path: string, headers: Record<string, string> = {}): Promise<Answer> {
    return this.send(path, { headers });
  }

  /** Sends a form as a browser would from a page of ours. */
  async post(
    path: string,
    fields: Record<string, string> | [string, string][],
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    const body = new URLSearchParams(fields);
    return this.send(path, { method: 'POST', body, headers: { ...this.own, ...headers } });
  }

  /** Sends a form with a file, the same way. */
  async postFile(
    path: string,
    body: FormData,
    headers: Record<string, string> = {},
  ): Promise<Answer> {
    return this.send(path, { method: 'POST', body, headers: { ...this.own, ...headers } });
  }

  async signIn(key: string, next = '/console/keys'): Promise<Answer> {
    return this.post('/console/session', { key, next });
  }

  /** The fields of the form on a page that is sent to `action`. */
  async fields(path: string, action: string): Promise<Record<string, string>> {
    const { text } = await this.get(path);
    const at = text.indexOf(`action="${action}"`);
    const form = at < 0 ? '' : text.slice(at, text.indexOf('</form>', at));
    const inputs = form.matchAll(/name="([^"]+)" value="([^"]*)"/g);
    return Object.fromEntries([...inputs].map(([, name = '', value = '']) => [name, value]));
  }

  private get own(): Record<string, string> {
    return { Origin: new URL(this.url).origin, 'Sec-Fetch-Site': 'same-origin' };
  }

  private async send(path: string, init: RequestInit): Promise<Answer> {
    const sent = [...this.cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    const headers = { ...(init.headers as object), ...(sent ? { Cookie: sent } : {}) };
    const answer = await fetch(this.url + path, { ...init, headers, redirect: 'manual' });
    for (const each of answer.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(each) ?? [];
      if (value === '') this.cookies.delete(name);
      else this.cookies.set(name, value);
    }
    const { status, headers: received } = answer;
    // A mark at the start of a file stays.
    const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
    const text = decoder.decode(await answer.arrayBuffer());
    return { status, headers: received, text };
  }
}

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}
