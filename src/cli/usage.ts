import { Argument, Command, type CommanderError } from 'commander';
import { BadInputError } from '../shared/errors.ts';

/** A program that throws usage errors as BAD_INPUT in one line, to be printed like all other failures. */
export function createProgram(name: string): Command {
  return new Command(name)
    .helpCommand(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride(endParsing);
}

function endParsing(error: CommanderError): never {
  // Commander also throws after help and version were printed.
  if (/help|version/.test(error.code)) process.exit(error.exitCode);
  // Commander puts a suggestion on its own line.
  const lines = error.message
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.trim());
  throw new BadInputError(lines.filter((line) => line !== '').join(' '), { cause: error });
}

/** Adds `help [command]` for the commands so far. Commander's own prints all help for an unknown command. */
export function addHelp(program: Command): void {
  const names = program.commands.map((command) => command.name());
  program
    .command('help')
    .addArgument(new Argument('[command]').choices(names))
    .helpGroup('Run:')
    .description('display help for command')
    .action((name: string | undefined) =>
      (program.commands.find((command) => command.name() === name) ?? program).help(),
    );
}
