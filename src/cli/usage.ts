import { Argument, Command, type CommanderError } from 'commander';
import { BadInputError } from '../shared/errors.ts';

/** A program whose usage mistakes are thrown as BAD_INPUT on one line, for whoever prints all other failures. */
export function createProgram(name: string): Command {
  return new Command(name)
    .helpCommand(false)
    .configureOutput({ outputError: () => {} })
    .exitOverride(endParsing);
}

function endParsing(error: CommanderError): never {
  // Help and version end the parsing too, when all is printed.
  if (/help|version/.test(error.code)) process.exit(error.exitCode);
  // A suggestion comes on a line of its own.
  const lines = error.message
    .replace(/^error: /, '')
    .split('\n')
    .map((line) => line.trim());
  throw new BadInputError(lines.filter((line) => line !== '').join(' '), { cause: error });
}

/** Adds `help [command]` for the commands so far. Commander's own prints all of the help where there is no such command. */
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
