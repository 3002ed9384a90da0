/** A piece of SQL text that is not a value: a column list, a dialect's hint. Never from input. */
export class Fragment {
  constructor(readonly text: string) {}
}

/**
 * The text of statements, their values apart: `texts[0] value[0] texts[1] …`. One that is put
 * together again is the same object, so what belongs to it is found without reading it: joining
 * and hashing long texts costs as much as running them.
 */
export class SqlText {
  private readonly followed = new WeakMap<SqlText, SqlText>();
  private marked: string | null = null;

  constructor(readonly texts: readonly string[]) {}

  /** The whole text with `?` for each value; always the same string. */
  get withMarks(): string {
    return (this.marked ??= this.texts.join('?'));
  }

  /** This text and another one behind it. */
  followedBy(next: SqlText): SqlText {
    const known = this.followed.get(next);
    if (known) return known;
    const joint = (this.texts.at(-1) ?? '') + (next.texts[0] ?? '');
    const both = new SqlText([...this.texts.slice(0, -1), joint, ...next.texts.slice(1)]);
    this.followed.set(next, both);
    return both;
  }
}

/** A place in the code that writes a statement, and the fragments it was given so far. */
class Place {
  text: SqlText | null = null;
  private readonly given: WeakMap<Fragment, Place>[] = [];

  /** This place with `fragment` as its part number `index`. */
  with(index: number, fragment: Fragment): Place {
    const known = (this.given[index] ??= new WeakMap()).get(fragment);
    if (known) return known;
    const place = new Place();
    this.given[index].set(fragment, place);
    return place;
  }
}

const places = new WeakMap<TemplateStringsArray, Place>();

/** The text a template writes; `parts` that are no fragments are values. */
export function textOf(strings: TemplateStringsArray, parts: readonly unknown[]): SqlText {
  let place = places.get(strings);
  if (!place) {
    place = new Place();
    places.set(strings, place);
  }
  for (let index = 0; index < parts.length; index += 1) {
    const part = parts[index];
    if (part instanceof Fragment) place = place.with(index, part);
  }
  return (place.text ??= write(strings, parts));
}

function write(strings: TemplateStringsArray, parts: readonly unknown[]): SqlText {
  const texts = [strings[0] ?? ''];
  parts.forEach((part, index) => {
    const after = strings[index + 1] ?? '';
    if (part instanceof Fragment) texts[texts.length - 1] += part.text + after;
    else texts.push(after);
  });
  return new SqlText(texts);
}
