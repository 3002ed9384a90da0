import { RetryBudget } from './retry-budget';

function spendAll(budget: RetryBudget): number {
  let spent = 0;
  while (budget.spend()) spent += 1;
  return spent;
}

function earn(budget: RetryBudget, calls: number): void {
  for (let call = 0; call < calls; call += 1) budget.earn();
}

it('begins with ten, then gives one for every ten calls, never a fraction more', () => {
  const budget = new RetryBudget();
  expect(spendAll(budget)).toBe(10);
  earn(budget, 9);
  expect(spendAll(budget)).toBe(0);
  earn(budget, 1);
  expect(spendAll(budget)).toBe(1);
  let spent = 0;
  for (let call = 0; call < 10_000; call += 1) {
    budget.earn();
    if (budget.spend()) spent += 1;
  }
  expect(spent).toBe(1_000);
});

it('saves no more than ten', () => {
  const budget = new RetryBudget();
  earn(budget, 10_000);
  expect(spendAll(budget)).toBe(10);
});
