import {
  IsOptional,
  IsString,
  MaxLength,
  registerDecorator,
  ValidateBy,
  ValidateNested,
} from 'class-validator';
import { Rules } from './rules';

/** A rule that says what it was asked. */
function even(more: object = {}) {
  const validate = (value: unknown) => Number(value) % 2 === 0;
  const defaultMessage = () => 'is odd';
  return ValidateBy({ name: 'even', validator: { validate, defaultMessage } }, more);
}

class Elder {
  @even() first?: number;
}
class Whole extends Elder {
  @even() second?: number;
  @MaxLength(2) third?: string;
  @IsOptional() @even() fourth?: number | null;
}

function violation(body: object): unknown {
  return new Rules(Whole).firstViolation(Object.assign(new Whole(), body));
}

it('names the first rule that is broken, its own before the inherited', () => {
  expect(violation({ first: 2, second: 4, third: 'ab' })).toBeNull();
  expect(violation({ first: 1, second: 4, third: 'abc' })).toMatchObject({ property: 'third' });
  expect(violation({ first: 1, second: 3, third: 'ab' })).toEqual({
    property: 'second',
    reason: 'is odd',
  });
  expect(violation({ first: 1, second: 4, third: 'ab' })).toMatchObject({ property: 'first' });
});

it('does not ask a rule whose condition does not hold', () => {
  const body = { first: 2, second: 4, third: 'ab' };
  for (const fourth of [undefined, null, 6]) expect(violation({ ...body, fourth })).toBeNull();
  expect(violation({ ...body, fourth: 7 })).toMatchObject({ property: 'fourth' });
});

it('takes away what has no rule', () => {
  const body = Object.assign(new Whole(), { first: 2, state: 'paid' });
  new Rules(Whole).strip(body);
  expect(Object.entries(body)).toEqual([['first', 2]]);
});

/** A rule that has to wait for its verdict. */
function Waiting(): PropertyDecorator {
  return (target, property) => {
    const validator = { validate: () => Promise.resolve(true) };
    const options = { propertyName: String(property), async: true, validator };
    registerDecorator({ ...options, target: target.constructor });
  };
}

describe('a rule that the gathered ones could not keep', () => {
  const KINDS: [string, PropertyDecorator][] = [
    ['waits', Waiting()],
    ['is nested', ValidateNested()],
    ['holds for each', even({ each: true })],
    ['holds for a group', even({ groups: ['x'] })],
    ['has a text of its own', IsString({ message: 'text, please' })],
  ];
  it.each(KINDS)('is refused at once: it %s', (_kind, decorate) => {
    class Odd {
      member?: string;
    }
    decorate(Odd.prototype, 'member');
    expect(() => new Rules(Odd)).toThrow(/^Odd\.member: a rule of a kind/);
  });
});
