import { Memo } from './memo';

it('makes what a text leads to once', () => {
  const memo = new Memo<object>();
  const first = memo.of('a', () => ({}));
  expect(memo.of('a', () => ({}))).toBe(first);
  expect(memo.of('b', () => ({}))).not.toBe(first);
});

it('stays small whatever is sent', () => {
  const memo = new Memo<number>();
  let made = 0;
  const ask = (text: string): number => memo.of(text, () => (made += 1));
  for (let at = 0; at < 1_000; at += 1) ask(`text ${at}`);
  expect(Reflect.get(memo, 'known')).toHaveProperty('size', 232);
  const long = 'x'.repeat(513);
  ask(long);
  ask(long);
  expect(made).toBe(1_002);
});
