// The operator's commands for old months of the history: into files, out of the database, and whether the files hold.
import { packedEvent } from '#lib/services/payout/evidence-pack.ts'
import type { Actor } from '#lib/payouts/permissions.ts'
import { archiveHistory, dropArchived } from '#lib/services/safety/archive-history.ts'
import { readArchivedEvent, verifyArchive } from '#lib/services/safety/verify-archive.ts'
import { archiveFolder, archiveReader, monthsIn } from './archive-files.ts'
import { CommandError } from './command.ts'
import { good } from './good.ts'
import { textOf } from './flags.ts'
import type { Command, Flags } from './flags.ts'

function monthOf(flags: Flags): string {
  const month = textOf(flags, 'month')
  if (!/^\d{4}-(0[1-9]|1[0-2])$/.test(month))
    throw new CommandError('--month must be a month, such as 2026-03')
  return month
}

/** All events of one payout that are in files, as an evidence pack has them. */
async function eventsOf(flags: Flags): Promise<unknown> {
  const [dir, id] = [textOf(flags, 'from'), textOf(flags, 'id').toLowerCase()]
  const read = archiveReader(dir)
  const events = []
  for (const { month } of await monthsIn(dir))
    for await (const line of read(month, 'events') ?? []) {
      if (!line.includes(id)) continue
      const event = readArchivedEvent(line)
      if (event.payoutId === id) events.push({ month, ...packedEvent(event) })
    }
  return { id, events }
}

export const archiveCommands = (operator: Actor): Record<string, Command> => ({
  archive: {
    usage: '--to DIR',
    needs: ['to'],
    run: async (deps, flags) => {
      const { months, waits } = good(
        await archiveHistory(deps, operator, await archiveFolder(textOf(flags, 'to'))),
      )
      return { ok: true, months, waits }
    },
  },
  'archive:drop': {
    usage: '--from DIR --month YYYY-MM',
    needs: ['from', 'month'],
    run: async (deps, flags) =>
      good(await dropArchived(deps, operator, await archiveFolder(textOf(flags, 'from')), monthOf(flags))),
  },
  'archive:list': {
    usage: '',
    needs: [],
    run: (deps) => deps.archive.list(),
  },
  'archive:verify': {
    usage: '--from DIR',
    needs: ['from'],
    async runAlone(flags) {
      const dir = textOf(flags, 'from')
      return verifyArchive(await monthsIn(dir), archiveReader(dir))
    },
  },
  'archive:show': {
    usage: '--from DIR --id PAYOUT',
    needs: ['from', 'id'],
    runAlone: (flags) => eventsOf(flags),
  },
})
