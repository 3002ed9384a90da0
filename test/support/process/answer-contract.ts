import Ajv from 'ajv';
import type { ValidateFunction } from 'ajv';
import type { Document, PathItem } from '../../../src/wire/openapi/openapi-types';

const DOCUMENT = 'document';

type Validators = (path: string, status: number) => ValidateFunction | null;

/** Holds the JSON answers of a service against the document it serves itself. */
export class AnswerContract {
  private constructor(private readonly validators: Validators | null) {}

  /**
   * `url`: base of the service's addresses; without a document there is nothing to hold. Rejects
   * when the service dies meanwhile.
   */
  static async of(url: string): Promise<AnswerContract> {
    return new AnswerContract(await validatorsOf(url));
  }

  /** Throws when an answer is another than the document says; addresses it lacks are passed. */
  check(path: string, status: number, text: string): void {
    const validate = this.validators?.(path, status);
    if (!validate || validate(JSON.parse(text))) return;
    const errors = (validate.errors ?? []).map(({ instancePath, message }) =>
      `${instancePath} ${message ?? ''}`.trim(),
    );
    throw new Error(`${path} ${status} is not as documented: ${errors.join('; ')}: ${text}`);
  }
}

async function validatorsOf(url: string): Promise<Validators | null> {
  const answer = await fetch(`${url}/docs-json`);
  if (!answer.ok) return null;
  const document = (await answer.json()) as Document;
  const ajv = new Ajv({ strict: false, allErrors: true, validateFormats: false });
  ajv.addSchema(document, DOCUMENT);
  const made = new Map<string, ValidateFunction | null>();
  return (path, status) => {
    const key = `${status} ${path}`;
    // Ajv compiles every object anew: milliseconds for each of thousands of answers.
    if (!made.has(key)) made.set(key, validatorOf(ajv, document, path, status));
    return made.get(key) ?? null;
  };
}

function validatorOf(
  ajv: Ajv,
  document: Document,
  path: string,
  status: number,
): ValidateFunction | null {
  const found = Object.entries(document.paths).find(
    ([name, item]) => name === path || aliasesOf(item).includes(path),
  );
  if (!found) return null;
  const [name, { post }] = found;
  if (!post?.responses[String(status)]) {
    throw new Error(`${path} answered ${status}, of which its document says nothing`);
  }
  const steps = ['paths', name, 'post', 'responses', status, 'content', 'application/json'];
  const pointer = [...steps, 'schema'].map((one) => String(one).replaceAll('/', '~1')).join('/');
  return ajv.compile({ $ref: `${DOCUMENT}#/${pointer}` });
}

function aliasesOf({ post }: PathItem): readonly string[] {
  return (post as { 'x-aliases'?: string[] } | undefined)?.['x-aliases'] ?? [];
}
