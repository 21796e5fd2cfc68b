/** The variables themselves, and the files that hold secrets. */
import { permissionsOf } from '#lib/runtime/examine-env.ts'
import { saying } from './finding.ts'
import type { Check, Finding, World } from './finding.ts'

export const configurationChecks: readonly Check[] = [
  { name: 'configuration', run: variables },
  { name: 'sample secrets', run: samples },
  { name: 'files of secrets', run: files },
  { name: 'key of forms', run: actionsKey },
]

function variables({ problems, warnings, env }: World): Finding[] {
  const { ok, look, fault } = saying('configuration')
  if (problems.length > 0)
    return problems.map((problem) => {
      const [name = '', ...rest] = problem.split(': ')
      return fault(name, rest.join(': '))
    })
  if (warnings.length > 0)
    return warnings.map((warning) => {
      const [name = '', ...rest] = warning.split(/: | is /)
      return look(name, rest.join(': '))
    })
  const gateway = env?.cardzo.loopback === true ? 'a gateway on this machine' : 'a real gateway'
  return [ok(`every variable is right, for ${gateway}`)]
}

function samples({ samples: names, env }: World): Finding[] {
  const { ok, look } = saying('sample secrets')
  // Beside a real gateway they are problems of the configuration.
  if (names.length === 0 || env?.cardzo.loopback !== true) return [ok('no secret is that of .env.example')]
  return [
    look(
      names.join(', '),
      'These are the values of .env.example, which everybody can read; make your own before you pay anybody.',
    ),
  ]
}

async function files({ secretFiles }: World): Promise<Finding[]> {
  const { ok, fault, not } = saying('files of secrets')
  const all = [...secretFiles, { name: '.env', file: '.env' }]
  const judged = await Promise.all(
    all.map(async ({ name, file }) => {
      const mode = await permissionsOf(file)
      if (mode === null)
        return name === '.env' ? null : not(file, `${name} can't be looked at by this account.`)
      const octal = mode.toString(8).padStart(4, '0')
      if ((mode & 0o004) !== 0)
        return fault(
          `${file} (${name}) has mode ${octal}`,
          `Every account here can read it: chmod 0600 ${file}.`,
        )
      if ((mode & 0o022) !== 0)
        return fault(
          `${file} (${name}) has mode ${octal}`,
          `Other accounts can change it: chmod go-w ${file}.`,
        )
      return ok(`${file} (${name}) has mode ${octal}`)
    }),
  )
  const found = judged.filter((finding) => finding !== null)
  return found.length > 0 ? found : [ok('no secret comes from a file')]
}

function actionsKey({ env }: World): Finding[] {
  const { ok, not } = saying('key of forms')
  if (!env) return [not('NEXT_SERVER_ACTIONS_ENCRYPTION_KEY', 'The configuration is wrong.')]
  return [
    env.actionsKey === undefined
      ? ok('every build of the same sources has the same key')
      : ok(
          'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY is set; a web server that was built with another does not start',
        ),
  ]
}
