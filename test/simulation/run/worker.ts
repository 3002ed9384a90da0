import { BUGS } from '../bugs/bugs';
import type { Bug } from '../bugs/bug';
import { bite, run, stage } from './runner';
import { partOf } from './shared-run';
import type { StoryOptions } from './story';
import type { Task } from './workers';

// A process that plays the stories it is asked for, one task after the other, until it is ended.

/** Loading the service with a bug is dear: the next task most likely wants the same. */
let staged: { readonly name: string | null; readonly story: StoryOptions } | null = null;

function bugNamed(name: string): Bug {
  const bug = BUGS.find((each) => each.name === name);
  if (!bug) throw new Error(`no bug ${name}`);
  return bug;
}

async function stageOf(name: string | null): Promise<StoryOptions> {
  if (staged?.name !== name) staged = null;
  staged ??= { name, story: await stage(name === null ? null : bugNamed(name)) };
  return staged.story;
}

async function answer(task: Task): Promise<object> {
  if (task.kind === 'bite') return bite(bugNamed(task.bug), task.seeds);
  const story = { ...(await stageOf(task.bug)), dropped: new Set(task.dropped) };
  return partOf(await run(story, task.limits));
}

process.on('message', (task: Task) => {
  answer(task).then(
    (done) => process.send?.(done),
    (error: unknown) => {
      process.stderr.write(`${error instanceof Error ? error.stack : String(error)}\n`);
      process.exit(1);
    },
  );
});
