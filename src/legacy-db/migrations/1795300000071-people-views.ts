import type { MigrationInterface, QueryRunner } from 'typeorm';
import { dropViews, makeViews } from '../reading/people-views';

/**
 * `v_receipt` and `v_receipt_event`: the books for people with a database tool, in yuan, China time
 * and words. Nothing of ours reads them.
 */
export class PeopleViews1795300000071 implements MigrationInterface {
  readonly name = 'PeopleViews1795300000071';

  up(runner: QueryRunner): Promise<void> {
    return makeViews(runner);
  }

  down(runner: QueryRunner): Promise<void> {
    return dropViews(runner);
  }
}
