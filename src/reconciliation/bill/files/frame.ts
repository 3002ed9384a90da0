import { chinaDate } from '../bill-day';
import type { BillDay } from '../bill-day';
import { BillRefusal } from '../bill-refusal';
import { plainText } from './columns';
import type { CsvRecord } from '../zip/csv-records';

/** Lines that begin with `#`: title, account, day, rulers, trailer. */
const MOST_COMMENTS = 40;
const ACCOUNT = /^\[(\d{16})(\d{0,8})\]$/;
const DAY = /^\[(\d{4})年(\d\d)月(\d\d)日 00:00:00\]/;

/** The lines of a file that frame its rows, and what they say of its account and day. */
export class Frame {
  private readonly comments = new Map<string, string>();
  private lines = 0;
  private account: string | null = null;
  private begun = false;
  private ended = false;

  /** `title`: what the first line says; `list`: what the rulers around the rows say. */
  constructor(
    private readonly title: string,
    private readonly list: string,
    private readonly day: BillDay,
  ) {}

  /** True: the record was a line of the frame. @throws BillRefusal */
  takes({ line, cells }: CsvRecord): boolean {
    if (line === 1 && plainText(cells.join(',')) !== `#${this.title}`) {
      throw new BillRefusal('notText', `the file is not ${this.title} in GBK`);
    }
    if (cells[0]?.startsWith('#') !== true) {
      if (this.begun && !this.ended) return false;
      throw new BillRefusal('badRow', `line ${line} stands outside the list`);
    }
    this.lines += 1;
    if (this.lines > MOST_COMMENTS) {
      throw new BillRefusal('badRow', 'more lines begin with # than any bill has');
    }
    this.read(plainText(cells.join(',')).slice(1));
    return true;
  }

  /** The text after `name:`, without commas of full width; undefined: no such line. */
  comment(name: string): string | undefined {
    return this.comments.get(name);
  }

  /** The account, when everything that frames the rows was there. @throws BillRefusal fileCut */
  finish(file: string): string {
    if (this.account !== null && this.comments.has('起始日期') && this.ended) return this.account;
    throw new BillRefusal('fileCut', `${file}: the end, or the head, is missing`);
  }

  private read(text: string): void {
    const ruler = /^-+(\W*[^-\s]+)-+$/u.exec(text)?.[1];
    if (ruler === this.list) this.begun = true;
    if (ruler === `${this.list}结束`) this.ended = this.begun;
    const colon = text.indexOf(':');
    if (ruler !== undefined || colon < 0) return;
    const [name, value] = [text.slice(0, colon), text.slice(colon + 1)];
    if (this.comments.has(name)) throw new BillRefusal('badRow', `the bill says ${name} twice`);
    this.comments.set(name, value);
    if (name === '账号') this.account = this.checkedAccount(value);
    if (name === '起始日期') this.checkDay(value);
  }

  private checkedAccount(value: string): string {
    const [, partner = '', rest = ''] = ACCOUNT.exec(value) ?? [];
    const { sellerId } = this.day;
    if (partner === '' || (sellerId !== null && partner !== sellerId)) {
      throw new BillRefusal('wrongAccount', 'the bill is of another account');
    }
    return partner + rest;
  }

  private checkDay(value: string): void {
    const [, year, month, day] = DAY.exec(value) ?? [];
    if (`${year}-${month}-${day}` === this.day.date && !this.reachesOn(value)) return;
    throw new BillRefusal('wrongDay', 'the bill is of another day, or of more than one');
  }

  /** `…   终止日期：[2019年09月17日 00:00:00]`: a bill of a month reaches on. */
  private reachesOn(value: string): boolean {
    const [, until] = /终止日期:\s*(\[.*\])/.exec(value) ?? [];
    if (until === undefined) return false;
    const [, year, month, day] = DAY.exec(until) ?? [];
    return `${year}-${month}-${day}` !== chinaDate(this.day.endMs);
  }
}
