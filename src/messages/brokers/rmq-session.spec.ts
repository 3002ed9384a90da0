import { validUntilOf } from './rmq-session';

describe('until when a message of RabbitMQ is wanted', () => {
  it.each<[string, unknown, unknown, string | null]>([
    ['time and time to live', 1_795_300_000, '10000', '1795300010000'],
    ['no time to live left', 1_795_300_000, '0', '1795300000000'],
    ['no time', undefined, '10000', null],
    ['no time to live', 1_795_300_000, undefined, null],
    ['neither', undefined, undefined, null],
    ['a time in milliseconds', 1_795_300_000_000, '10000', null],
    ['the time 0, which stands for none', 0, '10000', null],
    ['a fraction', 1_795_300_000.5, '10000', null],
    ['text', '1795300000', '10000', null],
    ['what is no number', 1_795_300_000, '10 s', null],
    ['a number of another kind', 1_795_300_000, 10_000, null],
  ])('by %s', (_what, timestamp, expiration, told) => {
    expect(validUntilOf({ timestamp, expiration })).toBe(told);
  });
});
