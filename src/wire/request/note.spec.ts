import { Note } from './note';

it('stays with its object, each kind apart, and the later one counts', () => {
  const [price, colour] = [new Note<number>('x'), new Note<string>('x')];
  const [one, other] = [{}, {}];
  price.put(one, 1);
  price.put(one, 2);
  colour.put(one, 'red');
  expect([price.of(one), colour.of(one)]).toEqual([2, 'red']);
  expect([price.of(other), colour.of(other)]).toEqual([null, null]);
});

it('is seen by nobody who lists what an object holds', () => {
  const request = { body: 1 };
  new Note<number>('x').put(request, 2);
  expect([Object.keys(request), JSON.stringify(request)]).toEqual([['body'], '{"body":1}']);
});
