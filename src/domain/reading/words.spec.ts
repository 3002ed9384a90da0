import { eventWord } from './words';

describe('what an event is called', () => {
  it('has words in both languages', () => {
    expect(eventWord('pay', 'zh')).toBe('付款入账');
    expect(eventWord('pay', 'en')).toBe('paid and saved');
  });

  it('is told as it is written where it has none', () => {
    expect(eventWord('unheardOf', 'en')).toBe('unheardOf');
  });
});
