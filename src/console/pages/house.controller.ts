import { Controller, Get, Inject, Req, Res } from '@nestjs/common';
import type { Request, Response } from 'express';
import { ACTS } from '../../domain/access/acts';
import type { Acts, KeptAct } from '../../domain/access/acts';
import { UndocumentedController } from '../../wire/openapi/documented';
import { CONSOLE_OPTIONS } from '../console-options';
import type { ConsoleOptions } from '../console-options';
import { Reception } from '../session/reception.service';
import type { Visit } from '../session/visit';
import { ACTS_TEXTS, DOCTOR_TEXTS } from '../texts/house.texts';
import { time } from '../view/format';
import { Page } from '../view/page';

/** So many acts stand on one page. */
const ACTS_SHOWN = 50;

/** Pages about the whole house on which nothing is done: doctor, log of acts. */
@UndocumentedController()
@Controller('console')
export class HouseController {
  constructor(
    @Inject(CONSOLE_OPTIONS) private readonly options: ConsoleOptions,
    @Inject(ACTS) private readonly acts: Acts,
    private readonly reception: Reception,
  ) {}

  @Get('doctor')
  doctor(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'wholeHouse', (visit) => this.doctorPage(visit));
  }

  @Get('acts')
  log(@Req() request: Request, @Res() response: Response): Promise<void> {
    return this.reception.look(request, response, 'wholeHouse', (visit) => this.actsPage(visit));
  }

  private async doctorPage({ lang }: Visit): Promise<Page> {
    const t = DOCTOR_TEXTS[lang];
    const findings = await this.options.examine();
    const isFit = findings.every(({ verdict }) => verdict !== 'fail');
    const shown = findings.map((each) => ({ ...each, word: t.verdicts[each.verdict] }));
    return new Page('doctor', { t, isFit, findings: shown });
  }

  private async actsPage({ lang, query }: Visit): Promise<Page> {
    const t = ACTS_TEXTS[lang];
    const before = /^[1-9]\d{0,14}$/.exec(query.get('before') ?? '')?.[0] ?? null;
    const found = await this.acts.before(before === null ? null : Number(before), ACTS_SHOWN + 1);
    const acts = found.slice(0, ACTS_SHOWN);
    const last = found.length > ACTS_SHOWN ? acts.at(-1) : undefined;
    const word = ({ kind }: KeptAct): string =>
      Object.hasOwn(t.kinds, kind) ? (t.kinds[kind] ?? kind) : kind;
    const shown = acts.map((act) => ({ ...act, at: time(act.atMs), word: word(act) }));
    return new Page('acts', { t, acts: shown, older: last?.id ?? null });
  }
}
