import { FlatRecord, RequestContract, RequestKind } from '../operation/contract';
import { invalidMember } from '../operation/refusal';

// Text with half a character in it cannot be stored or sent on.
const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Collects the members of one request, whatever the format. Only names of the contract ever become
 * keys, so no name in a body can reach a prototype.
 */
export class FlatRecordBuilder {
  private readonly values: (string | null | undefined)[];

  constructor(private readonly contract: RequestContract) {
    this.values = new Array<undefined>(contract.members.length);
  }

  /** Place of the member with exactly this name; undefined when the contract has none. */
  exactPlace(name: string): number | undefined {
    return this.contract.placeOf.get(name);
  }

  /** Place of the member with this name in any case. */
  place(name: string): number | undefined {
    return this.contract.placeOf.get(name) ?? this.contract.placeOfSmall.get(name.toLowerCase());
  }

  nameAt(place: number): string {
    return this.contract.members[place]?.name ?? '';
  }

  kindAt(place: number): RequestKind {
    return this.contract.members[place]?.kind ?? 'text';
  }

  /** @throws PayError INVALID_MEMBER when the member is there already or its text is broken */
  put(place: number, value: string | null): void {
    if (this.values[place] !== undefined) throw invalidMember(this.nameAt(place), 'given twice');
    if (value !== null && LONE_SURROGATE.test(value)) {
      throw invalidMember(this.nameAt(place), 'contains half a surrogate pair');
    }
    this.values[place] = value;
  }

  /** The members that were put, in declaration order. */
  finish(): FlatRecord {
    const record: FlatRecord = {};
    const { members } = this.contract;
    for (let place = 0; place < members.length; place += 1) {
      const value = this.values[place];
      if (value !== undefined) record[this.nameAt(place)] = value;
    }
    return record;
  }
}
