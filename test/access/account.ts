import { rsaPair } from '../support/far-side/rsa-pairs';

let made: Readonly<Record<string, string>> | null = null;

/** Settings of an account at an Alipay where nobody answers; made once. */
export function aRealAccount(): Readonly<Record<string, string>> {
  made ??= {
    ALIPAY_APP_ID: '2021000000000001',
    ALIPAY_PRIVATE_KEY: String(rsaPair('ours').privateKey.export({ type: 'pkcs8', format: 'pem' })),
    ALIPAY_PUBLIC_KEY: String(rsaPair('alipay').publicKey.export({ type: 'spki', format: 'pem' })),
    ALIPAY_GATEWAY: 'http://127.0.0.1:9/gateway.do',
  };
  return made;
}
