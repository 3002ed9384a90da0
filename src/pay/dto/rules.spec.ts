import { Rules } from '../../format/rules';
import { WireValidationPipe } from '../../format/validation.pipe';
import { BarCodeDto } from './bar-code.dto';
import { CancelDto } from './cancel.dto';
import { QueryDto } from './query.dto';
import { ScanCodeDto } from './scan-code.dto';

const pipe = new WireValidationPipe();
const QUERY = { billnum: 'B1', autoid: '1', billtype: '2', paytype: '98' };

function refusal(value: unknown): string {
  try {
    pipe.transform(value, { type: 'body', metatype: QueryDto });
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

it.each([QueryDto, ScanCodeDto, BarCodeDto, CancelDto])(
  '%p has only rules that can be gathered',
  (dto) => {
    expect(() => new Rules(dto)).not.toThrow();
  },
);
