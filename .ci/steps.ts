import { execFileSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';
import { type Copy, DockerfileParser, type Env, type From, type Workdir } from 'dockerfile-ast';

/** What a stage of the Dockerfile comes to: a folder that stands for its root, and how programs run in it. */
export type Stage = {
  readonly folder: string;
  readonly env: Record<string, string>;
  workdir: string;
};

/**
 * Runs the steps of a Dockerfile without Docker: each stage begins in an empty folder that stands for its root. Paths
 * in commands that begin with a slash are below it. The machine's own Node and npm stand for the image's. Steps that
 * only describe the image are left to the caller. Returns the last stage.
 */
export function runSteps(context: string, under: string): Stage {
  const dockerfile = DockerfileParser.parse(readFileSync(join(context, 'Dockerfile'), 'utf8'));
  const stages = new Map<string, Stage>();
  let stage: Stage | undefined;
  for (const instruction of dockerfile.getInstructions()) {
    const line = `${instruction.getKeyword()} ${instruction.getArgumentsContent() ?? ''}`;
    if (instruction.getKeyword() === 'FROM') {
      stage = { folder: mkdtempSync(join(under, 'stage-')), env: {}, workdir: '/' };
      mkdirSync(join(stage.folder, 'usr/local/bin'), { recursive: true });
      stages.set((instruction as From).getBuildStage() ?? '', stage);
      continue;
    }
    if (stage === undefined) throw new Error(`Before the first FROM: ${line}`);
    runStep(instruction.getKeyword(), instruction, { stage, stages, context, line });
  }
  if (stage === undefined) throw new Error('The Dockerfile has no stage');
  return stage;
}

type Step = {
  readonly stage: Stage;
  readonly stages: ReadonlyMap<string, Stage>;
  readonly context: string;
  readonly line: string;
};

// safe: each keyword has its class
function runStep(keyword: string, instruction: unknown, step: Step): void {
  const { stage, line } = step;
  switch (keyword) {
    case 'WORKDIR':
      stage.workdir = (instruction as Workdir).getPath() ?? '/';
      mkdirSync(join(stage.folder, stage.workdir), { recursive: true });
      return;
    case 'ENV':
      for (const property of (instruction as Env).getProperties())
        stage.env[property.getName()] = property.getValue() ?? '';
      return;
    case 'COPY':
      copy(instruction as Copy, step);
      return;
    case 'RUN':
      process.stdout.write(`${line}\n`);
      execFileSync('sh', ['-euc', line.slice(4).replaceAll(/ \/(?=\w)/g, ` ${stage.folder}/`)], {
        cwd: join(stage.folder, stage.workdir),
        env: {
          PATH: process.env.PATH,
          HOME: process.env.HOME,
          npm_config_prefer_offline: 'true',
          ...stage.env,
        },
        stdio: 'inherit',
      });
      return;
    case 'USER':
    case 'EXPOSE':
    case 'HEALTHCHECK':
    case 'CMD':
      return;
    default:
      throw new Error(`This check does not know ${line}`);
  }
}

function copy(instruction: Copy, { stage, stages, context, line }: Step): void {
  const from = instruction
    .getFlags()
    .find((flag) => flag.getName() === 'from')
    ?.getValue();
  const source = from ? stages.get(from)?.folder : context;
  if (source === undefined) throw new Error(`No stage before it has this name: ${line}`);
  const paths = instruction.getArguments().map((argument) => argument.getValue());
  const target = join(stage.folder, stage.workdir, paths.at(-1) ?? '');
  for (const path of paths.slice(0, -1)) {
    if (!existsSync(join(source, path))) throw new Error(`Nothing to copy: ${line}`);
    const into = paths.at(-1)?.endsWith('/') ? join(target, basename(path)) : target;
    cpSync(join(source, path), into, { recursive: true, verbatimSymlinks: true });
  }
}
