import { Eta } from 'eta';
import { join } from 'node:path';

/** The templates; every `<%= %>` is escaped by the engine. */
export class Views {
  private readonly eta = new Eta({
    views: join(__dirname, '..', 'views'),
    cache: true,
    autoTrim: false,
  });

  /** The text of a template with what stands in it. */
  render(view: string, data: object): string {
    return this.eta.render(`./${view}`, data);
  }
}
