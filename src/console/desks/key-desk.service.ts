import { Inject, Injectable } from '@nestjs/common';
import { newKey } from '../../config/new-key';
import { isKeyName, mayMakeKey, readBillTypes } from '../../domain/access/key-rules';
import type { Reach } from '../../domain/access/key-rules';
import { KEYS } from '../../domain/access/keys';
import type { KeptKey, Keys } from '../../domain/access/keys';
import { isRole, ROLES } from '../../domain/access/role';
import { BILL_TYPES } from '../../domain/bill';
import { PayError } from '../../domain/errors';
import { CLOCK, RANDOMNESS } from '../../domain/ports/clock';
import type { Clock, Randomness } from '../../domain/ports/clock';
import { KnownKeys } from '../../ops/access/known-keys';
import { ActLog } from '../session/act-log.service';
import type { Visit } from '../session/visit';
import { mayAct } from '../session/visitor';
import { FRAME_TEXTS } from '../texts/frame.texts';
import { KEYS_TEXTS } from '../texts/keys.texts';
import { systemName, systemNames, time } from '../view/format';
import type { Lang } from '../view/look';
import { Goto, Page } from '../view/page';

const LIST = '/console/keys';

/** A key as a form asks for it. */
interface WantedKey extends Reach {
  readonly name: string;
}

/** The keys: those there are, a new one, and one less. */
@Injectable()
export class KeyDesk {
  constructor(
    @Inject(KEYS) private readonly keys: Keys,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(RANDOMNESS) private readonly randomness: Randomness,
    private readonly known: KnownKeys,
    private readonly log: ActLog,
  ) {}

  async list(visit: Visit): Promise<Page> {
    const kept = await this.keys.list();
    return this.listPage(visit, kept, null);
  }

  /** Asks once more, with what the key will be able to do in words. */
  async confirmMake({ lang, query, visitor }: Visit): Promise<Page> {
    const t = KEYS_TEXTS[lang];
    const wanted = wantedKey(query);
    if (wanted === null) return refusal(lang, t.wrong, 400);
    if (!mayMakeKey(visitor, wanted)) return refusal(lang, t.beyond, 403);
    if (await this.isTaken(wanted.name)) return refusal(lang, t.taken, 409);
    const { name, role, billTypes } = wanted;
    return new Page('confirm', {
      t: { ...t, title: t.confirmMake },
      facts: [
        [t.name, name],
        [t.role, `${FRAME_TEXTS[lang].roles[role]} (${role}): ${t.roles[role]}`],
        [t.systems, systemNames(wanted, lang)],
      ],
      words: '',
      action: `${LIST}/make`,
      fields: [['name', name], ['role', role], ...billTypes.map((each) => ['types', each])],
      submit: t.makeIt,
      isGrave: false,
      back: LIST,
    });
  }

  /** Makes it, and shows it this once. */
  async make({ lang, form, visitor, asker }: Visit): Promise<Page> {
    const t = KEYS_TEXTS[lang];
    const wanted = wantedKey(form);
    if (wanted === null) return refusal(lang, t.wrong, 400);
    if (!mayMakeKey(visitor, wanted)) throw new PayError('FORBIDDEN', `${visitor.name}: more`);
    const { name } = wanted;
    if (await this.isTaken(name)) return refusal(lang, t.taken, 409);
    const detail = `${wanted.role} of ${wanted.billTypes.join('')}`;
    await this.log.note({ kind: 'makeKey', subject: `key ${name}`, detail }, asker);
    const { secret, sha256Hex } = newKey(this.randomness);
    const about = { madeBy: visitor.name, madeAtMs: this.clock.nowMs() };
    if (!(await this.keys.make({ ...wanted, ...about, sha256Hex }))) {
      return refusal(lang, t.taken, 409);
    }
    await this.known.refresh();
    return new Page('key-made', { t: { ...t, title: t.madeTitle }, name, secret, back: LIST });
  }

  async confirmRevoke({ lang, query }: Visit): Promise<Page> {
    const t = KEYS_TEXTS[lang];
    const name = query.get('name') ?? '';
    const key = (await this.keys.list()).find((each) => each.name === name);
    if (!key) return refusal(lang, t.refused.unknown, 404);
    return new Page('confirm', {
      t: { ...t, title: t.confirmRevoke },
      facts: [
        [t.name, name],
        [t.role, FRAME_TEXTS[lang].roles[key.role]],
        [t.systems, systemNames(key, lang)],
      ],
      words: t.revokeWords,
      action: `${LIST}/end`,
      fields: [['name', name]],
      submit: t.revokeIt,
      isGrave: true,
      back: LIST,
    });
  }

  async revoke({ lang, form, visitor, asker }: Visit): Promise<Page | Goto> {
    const name = form.get('name') ?? '';
    if (!isKeyName(name)) return refusal(lang, KEYS_TEXTS[lang].refused.unknown, 404);
    await this.log.note({ kind: 'revokeKey', subject: `key ${name}` }, asker);
    const by = { actor: visitor.name, nowMs: this.clock.nowMs() };
    const done = await this.keys.revoke(name, by, this.known.configured);
    await this.known.refresh();
    if (done === 'revoked' || done === 'before') return new Goto(`${LIST}?done=${done}`);
    return refusal(lang, KEYS_TEXTS[lang].refused[done], done === 'unknown' ? 404 : 409);
  }

  private async isTaken(name: string): Promise<boolean> {
    const kept = await this.keys.list();
    return [...kept, ...this.known.configured].some((each) => each.name === name);
  }

  private listPage(visit: Visit, kept: readonly KeptKey[], trouble: string | null): Page {
    const { lang, visitor, query } = visit;
    const t = KEYS_TEXTS[lang];
    const { roles } = FRAME_TEXTS[lang];
    const done = query.get('done');
    const settings = this.known.configured.map((key) => ({
      ...shownKey(key, lang),
      isInForce: true,
      made: t.inSettings,
      revoked: null,
      mayRevoke: false,
    }));
    const books = kept.map((key) => ({
      ...shownKey(key, lang),
      isInForce: key.revokedAtMs === null,
      made: `${time(key.madeAtMs)} ${t.by} ${key.madeBy}`,
      revoked: key.revokedAtMs && `${time(key.revokedAtMs)} ${t.by} ${key.revokedBy ?? ''}`,
      mayRevoke: key.revokedAtMs === null && mayAct(visitor),
    }));
    return new Page('keys', {
      t,
      trouble,
      done: done === 'revoked' || done === 'before' ? t.done[done] : null,
      keys: [...settings, ...books],
      mayMake: mayAct(visitor),
      roles: ROLES.map((role) => ({ role, name: roles[role], may: t.roles[role] })),
      systems: BILL_TYPES.map((each) => ({ id: each, name: systemName(each, lang) })),
    });
  }
}

function shownKey(key: Reach & { readonly name: string }, lang: Lang) {
  const { name, role } = key;
  return { name, role: FRAME_TEXTS[lang].roles[role], systems: systemNames(key, lang) };
}

/** What a form asks for; null: it is no key. */
function wantedKey(form: URLSearchParams): WantedKey | null {
  const [name, role] = [form.get('name')?.trim() ?? '', form.get('role') ?? ''];
  const billTypes = readBillTypes(form.getAll('types').join(''));
  if (!isKeyName(name) || !isRole(role) || billTypes === null) return null;
  return { name, role, billTypes };
}

function refusal(lang: Lang, why: string, status: number): Page {
  return new Page('refused', { t: KEYS_TEXTS[lang], why, back: LIST }, status);
}
