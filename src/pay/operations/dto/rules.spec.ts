import type { Type } from '@nestjs/common';
import { Transform } from 'class-transformer';
import { IsOptional, IsString, MaxLength } from 'class-validator';
import { WireValidationPipe } from '../../../wire/operation/validation.pipe';
import { QueryDto } from './query.dto';

const pipe = new WireValidationPipe();
const QUERY = { billnum: 'B1', autoid: '1', billtype: '2', paytype: '98' };

function refusal(value: unknown, metatype: Type = QueryDto): string {
  try {
    pipe.transform(value, { type: 'body', metatype });
    return '';
  } catch (error) {
    return Reflect.get(error as object, 'shown') as string;
  }
}

describe('the pipe', () => {
  it('makes the DTO of a body, without what has no rule', () => {
    const made = pipe.transform({ ...QUERY, state: 'paid' }, { type: 'body', metatype: QueryDto });
    expect(made).toBeInstanceOf(QueryDto);
    expect({ ...(made as object) }).toEqual(QUERY);
  });

  it('names the first invalid member in declaration order', () => {
    expect(refusal({ ...QUERY, paytype: '', autoid: '' })).toContain(': autoid: ');
  });

  it.each([undefined, null])('refuses %p in the place of a body', (value) => {
    expect(refusal(value)).toContain(': billnum: ');
  });

  it.each([
    ['bytes', 'body', Buffer],
    ['text of the address', 'param', String],
    ['a parameter of our own', 'custom', QueryDto],
  ] as const)('lets %s pass', (_what, type, metatype) => {
    const value = Buffer.from('x');
    expect(pipe.transform(value, { type, metatype })).toBe(value);
  });
});

/** Rules of other kinds than those of our own members. */
class OtherDto {
  @Transform(({ value }) => (typeof value === 'string' ? value.trim() : (value as unknown)))
  @IsString()
  @MaxLength(2)
  first: string;

  @IsOptional()
  @MaxLength(2)
  second?: string | null;
}

describe('the decorators', () => {
  const body = (value: object): unknown =>
    pipe.transform(value, { type: 'body', metatype: OtherDto });

  it('change a member before its rules are asked', () => {
    expect(body({ first: ' ab ' })).toEqual({ first: 'ab' });
  });

  it('name one member with one reason, whatever else is wrong', () => {
    const reason = 'first must be shorter than or equal to 2 characters';
    expect(refusal({ first: 'abc', second: 'abc' }, OtherDto)).toMatch(`: first: ${reason}`);
    expect(refusal({ first: 5, second: 'abc' }, OtherDto)).not.toContain('second');
    expect(refusal({ first: 'ab', second: 'abc' }, OtherDto)).toContain(': second: ');
  });

  it('ask no rule of a member that may be missing', () => {
    expect(body({ first: 'ab', second: null })).toEqual({ first: 'ab', second: null });
  });
});
