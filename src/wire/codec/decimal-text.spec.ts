import { plainDecimal } from './decimal-text';

describe('plainDecimal', () => {
  it.each([
    ['5', '5'],
    ['5.00', '5.00'],
    ['.5', '.5'],
    ['5.', '5.'],
    ['-1', '-1'],
    ['1e2', '100'],
    ['1E+2', '100'],
    ['1e-2', '0.01'],
    ['1.25e1', '12.5'],
    ['1.25e2', '125'],
    ['-1.5e3', '-1500'],
    ['12345e-2', '123.45'],
    ['0e5', '000000'],
    ['9007199254740993.25', '9007199254740993.25'],
    ['1e400', `1${'0'.repeat(400)}`],
  ])('writes %s as %s', (text, plain) => {
    expect(plainDecimal(text)).toBe(plain);
  });

  it.each(['', '.', '-', '+5', 'e5', '1e', '1e+', '0x10', 'NaN', 'Infinity', ' 5', '5,0', '1e401'])(
    'refuses %p',
    (text) => {
      expect(plainDecimal(text)).toBeNull();
    },
  );

  it.each(['1e9999999', '1e-9999999', '1e99999', `${'9'.repeat(50)}e-401`])(
    'never makes %p long',
    (text) => {
      expect(plainDecimal(text)).toBeNull();
    },
  );
});
