import type { BillType } from '../../domain/bill';
import { CALLBACK_TYPES } from '../../domain/callback/callback-event';
import { PARM_PAY, RESULT_PAY } from '../../wire/operation/contract';
import { BillTypeCode, RequestMember, TagList, TagMember } from '../../wire/operation/members';
import { WireType } from '../../wire/operation/wire-type';
import { CallbackMembers } from '../body/callback-contract';

/** A number of events: digits that a double holds exactly. */
const NUMBER = /^\d{1,15}$/;
const MOST = 999_999_999_999_999;

/** How an event stands, in words of the wire. */
export const EVENT_STATES = {
  waiting: 'waiting',
  taken: 'taken',
  superseded: 'superseded',
  givenUp: 'givenup',
} as const;

/** A number behind which events are asked for. */
function AfterSeq(): PropertyDecorator {
  const range = [0, MOST] as const;
  const text = {
    zh: '已收到的最大 seq；从头开始为 0',
    en: 'the highest seq you have; 0: from the beginning',
    example: 0,
  };
  const rule = { kind: 'decimal', required: true, maxLength: null, range, whole: true } as const;
  return RequestMember({ ...text, ...rule }, (value) => {
    if (value === undefined || value === null || value === '') return '必填 (is required)';
    if (typeof value === 'string' && NUMBER.test(value)) return null;
    return '须为 0 以上的整数 (must be a whole number, 0 or more)';
  });
}

/** Body of Events. */
@WireType('CallbackEventsParm', PARM_PAY)
export class EventsDto {
  @BillTypeCode()
  billtype: BillType;

  @AfterSeq()
  afterseq: string; // Digits.
}

/** One event as Events lists it: what is pushed, on one level. */
@WireType('ListedEvent', RESULT_PAY)
export class ListedEvent extends CallbackMembers {
  @TagMember('text', {
    zh: '事件编号，与推送的 webhook-id 相同',
    en: 'id of the event: the webhook-id of its push',
    ...{ maxLength: 40, example: 'evt_0d1f3c5a7b9e2d4f6a8c0b1e3d5f7a9c' },
  })
  id: string;

  @TagMember('text', {
    zh: '事件类型；请以 paystatus 为准',
    en: 'why it is told; act on paystatus',
    ...{ maxLength: 20, allowed: CALLBACK_TYPES, example: 'payment.paid' },
  })
  type: string;

  @TagMember('text', {
    zh: '事件发生时间(UTC)',
    en: 'when it happened, UTC',
    ...{ maxLength: 24, example: '2026-11-22T04:00:00.000Z' },
  })
  timestamp: string;

  @TagMember('text', {
    zh: '推送状态：waiting 待推送，taken 已接收，superseded 因款项已退而不推送，givenup 已放弃',
    en:
      'its push: waiting; taken; superseded: never sent, as its money left before; givenup: sent ' +
      'no more',
    ...{ maxLength: 10, allowed: Object.values(EVENT_STATES), example: EVENT_STATES.taken },
  })
  state: string;
}

/** Tag of Events. */
@WireType('CallbackEventsResult', RESULT_PAY)
export class EventsResult {
  @TagList(ListedEvent, {
    zh: 'afterseq 之后的事件，按 seq 排列，最多 100 条；满 100 条请继续查询',
    en: 'events behind afterseq in the order of seq, at most 100; as long as there are 100, ask on',
  })
  events: ListedEvent[];
}
