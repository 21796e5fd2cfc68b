// npm run --silent admin -- <command>: the operator's command line. JSON on standard output, messages on standard error.
import { text } from 'node:stream/consumers'
import { runCommand } from './admin-commands.ts'
import { answerWith } from './command.ts'

await answerWith((withDeps) => runCommand(process.argv.slice(2), () => text(process.stdin), withDeps))
