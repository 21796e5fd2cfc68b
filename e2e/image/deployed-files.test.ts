// The files that installations are made from: what they name exists, and they agree with each other and with the code.
import { existsSync, globSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse, parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { foreignSecrets, secretNames } from '#lib/runtime/env.ts'
import type { Role } from '#lib/runtime/env.ts'
import { readDockerfile, readIgnoreFile } from './dockerfile.ts'

const read = (file: string) => readFileSync(file, 'utf8')
const user = '10001:10001'
const stages = readDockerfile(read('Dockerfile'))
const image = stages.at(-1)
const scripts = Object.values(
  (JSON.parse(read('package.json')) as { scripts: Record<string, string> }).scripts,
)

/** The files that npm scripts start, which are the portal's programs. */
const isProgram = (file: string) =>
  existsSync(file) && scripts.some((script) => script.split(' ').includes(file))

const Service = z.looseObject({
  image: z.string(),
  user: z.string().optional(),
  command: z.array(z.string()).optional(),
  environment: z.record(z.string(), z.string()).default({}),
  secrets: z.array(z.string()).default([]),
  networks: z.union([z.array(z.string()), z.record(z.string(), z.unknown())]).optional(),
  depends_on: z.record(z.string(), z.object({ condition: z.string() })).default({}),
  healthcheck: z
    .looseObject({ test: z.array(z.string()).optional(), disable: z.boolean().optional() })
    .optional(),
  stop_grace_period: z.string().optional(),
})
const Compose = z.looseObject({
  services: z.record(z.string(), Service),
  secrets: z.record(z.string(), z.object({ file: z.string() })).default({}),
})
const readCompose = (file: string) => Compose.parse(parse(read(file), { merge: true }))
const compose = readCompose('compose.yaml')
const demo = readCompose('deploy/compose.try.yaml')
const isOurs = (service: z.infer<typeof Service>) => service.image === 'payout-portal'

const Container = z.looseObject({
  name: z.string(),
  image: z.string(),
  command: z.array(z.string()),
  env: z.array(z.object({ name: z.string(), value: z.string() })).default([]),
  securityContext: z.unknown(),
  readinessProbe: z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) }).optional(),
  livenessProbe: z.object({ httpGet: z.object({ path: z.string(), port: z.string() }) }).optional(),
})
const Workload = z.looseObject({
  kind: z.string(),
  metadata: z.looseObject({ name: z.string() }),
  spec: z.looseObject({
    template: z.looseObject({
      spec: z.looseObject({
        containers: z.array(Container),
        securityContext: z.unknown(),
        terminationGracePeriodSeconds: z.number().optional(),
        volumes: z.array(
          z.looseObject({
            name: z.string(),
            secret: z
              .object({ items: z.array(z.object({ key: z.string(), path: z.string() })) })
              .loose()
              .optional(),
          }),
        ),
      }),
    }),
  }),
})
const manifests = globSync('deploy/kubernetes/*.yaml').flatMap((file) =>
  parseAllDocuments(read(file)).map((document) => document.toJS() as { kind: string }),
)
const workloads = manifests
  .filter(({ kind }) => ['Deployment', 'StatefulSet', 'Job'].includes(kind))
  .map((one) => Workload.parse(one))

const units = globSync('deploy/systemd/*.service').map((file) => ({ file, text: read(file) }))
const settingsOfUnit = (text: string) =>
  [...text.matchAll(/^Environment=(.+)$/gm)].flatMap(([, line = '']) =>
    line.split(' ').map((one) => one.split('=')[0] ?? ''),
  )

/** What each kind of process is told, by every way of installing it. */
const processes: { where: string; role: Role | 'migrate'; command: string[]; names: string[] }[] = [
  ...Object.entries(compose.services)
    .filter(([, service]) => isOurs(service))
    .map(([name, service]) => ({
      where: `compose.yaml: ${name}`,
      role: roleOf(name),
      command: service.command ?? image?.command ?? [],
      names: Object.keys(service.environment),
    })),
  ...workloads.map(({ metadata, spec }) => ({
    where: `kubernetes: ${metadata.name}`,
    role: roleOf(metadata.name),
    command: spec.template.spec.containers[0]?.command ?? [],
    names: spec.template.spec.containers.flatMap(({ env }) => env.map(({ name }) => name)),
  })),
  ...units.map(({ file, text }) => ({
    where: file,
    role: roleOf(file),
    command: /^ExecStart=(.+)$/m.exec(text)?.[1]?.split(' ') ?? [],
    names: settingsOfUnit(text),
  })),
]

function roleOf(name: string): Role | 'migrate' {
  const found = (['migrate', 'worker', 'web'] as const).find((role) => name.includes(role))
  if (found === undefined) throw new Error(`Which process is ${name}?`)
  return found
}

/** Of docs/configuration.md, as it is or as NAME_FILE where it is a secret; and what Node and the framework read. */
const documented = new Set(
  [...read('docs/configuration.md').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name = '']) => name),
)
const isSetting = (name: string) =>
  documented.has(name) ||
  secretNames.some((secret) => name === `${secret}_FILE`) ||
  ['NODE_ENV', 'NEXT_TELEMETRY_DISABLED'].includes(name)

describe('Dockerfile', () => {
  it('copies what is there and .dockerignore lets through', () => {
    const takes = readIgnoreFile()
    const copied = stages
      .flatMap(({ steps }) => steps)
      .flatMap((step) => (step.kind === 'copy' && step.from === undefined ? step.sources : []))
    expect(copied).toContain('package-lock.json')
    expect(copied.filter((source) => !existsSync(source) || !takes(source))).toEqual([])
  })

  it('lets nothing in that holds secrets, data or tests', () => {
    const takes = readIgnoreFile()
    for (const path of [
      '.env',
      '.data/marker.json',
      'deploy/secrets/auth-secret',
      '.git/config',
      'lib/a/b.test.ts',
      'x.pem',
    ])
      expect(takes(path), path).toBe(false)
    for (const path of ['lib/web/main.ts', 'app/page.tsx', 'prisma/schema.prisma'])
      expect(takes(path), path).toBe(true)
  })

  it('takes from a stage what that stage has', () => {
    const named = new Set(stages.map(({ name }) => name))
    const from = stages
      .flatMap(({ steps }) => steps)
      .flatMap((step) => (step.kind === 'copy' && step.from !== undefined ? [step.from] : []))
    expect(from.filter((name) => !named.has(name))).toEqual([])
    const fromBuild =
      image?.steps.flatMap((step) => (step.kind === 'copy' && step.from === 'build' ? step.sources : [])) ??
      []
    const made = ['/portal/.next', '/portal/state', '/portal/node_modules/@node-rs']
    const files = fromBuild.filter((path) => !made.includes(path)).map((path) => path.replace('/portal/', ''))
    expect(files.filter((file) => !existsSync(file))).toEqual([])
    expect(files).toEqual(
      expect.arrayContaining(['lib', 'app', 'prisma', 'public', 'next.config.js', 'package.json']),
    )
  })

  it('has the Node that everything else runs on, by an exact tag', () => {
    const { dependencies } = JSON.parse(read('package.json')) as { dependencies: Record<string, string> }
    for (const { base } of stages) expect(base).toBe(`node:${dependencies['node'] ?? ''}-trixie-slim`)
  })

  it('runs the web server as a user without a name, asks it how it is, and tells it to stop as we expect', () => {
    expect(image).toMatchObject({ user, stopSignal: 'SIGTERM', command: ['node', 'lib/web/main.ts'] })
    expect(image?.env).toMatchObject({ NODE_ENV: 'production', HOST: '0.0.0.0' })
    expect(image?.volumes).toEqual(['/var/lib/payout-portal'])
    expect(image?.env['MARKER_FILE']).toMatch(/^\/var\/lib\/payout-portal\//)
    expect(image?.health.join(' ')).toContain('/api/health/live')
    expect(existsSync('app/api/health/live/route.ts')).toBe(true)
    expect(image?.steps).toContainEqual(
      expect.objectContaining({ target: '/var/lib/payout-portal', owner: user }),
    )
  })
})

describe('every way to install it', () => {
  it('has a web server, a worker and a migration', () => {
    expect(processes.map(({ role }) => role).sort()).toEqual(
      ['migrate', 'web', 'worker'].flatMap((role) => [role, role, role]),
    )
  })

  it.each(processes)(
    '$where starts a program that is there, with settings that are documented',
    ({ command, names }) => {
      expect(isProgram(command.at(-1) ?? '')).toBe(true)
      expect(names.filter((name) => !isSetting(name))).toEqual([])
    },
  )

  it.each(processes)('$where gets the secrets that it needs, as files, and no other', ({ role, names }) => {
    const own = names.filter((name) =>
      secretNames.some((secret) => name === secret || name === `${secret}_FILE`),
    )
    // For those who have a pooler, a replica, a key for forms or a collector of traces, who are rotating a secret, or who ask workers for metrics.
    const optional = [
      ...['DATABASE_DIRECT_URL', 'DATABASE_REPLICA_URL', 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY'],
      ...['OTEL_EXPORTER_OTLP_HEADERS', 'AUTH_SECRET_OTHERS', 'CARDZO_MERCHANT_CONTROL_NEXT'],
      ...(role === 'worker' ? ['METRICS_TOKEN'] : []),
    ]
    const foreign =
      role === 'migrate' ? secretNames.filter((name) => name !== 'DATABASE_URL') : foreignSecrets(role)
    const needed = secretNames.filter((name) => !foreign.includes(name) && !optional.includes(name))
    expect(own.sort()).toEqual(needed.map((name) => `${name}_FILE`).sort())
  })

  it('runs as one and the same user', () => {
    for (const [name, service] of [...Object.entries(compose.services), ...Object.entries(demo.services)])
      if (isOurs(service)) expect(service.user, name).toBe(user)
    for (const { metadata, spec } of workloads)
      expect(spec.template.spec.securityContext, metadata.name).toMatchObject({
        runAsNonRoot: true,
        runAsUser: 10001,
        runAsGroup: 10001,
        fsGroup: 10001,
        seccompProfile: { type: 'RuntimeDefault' },
      })
    expect(read('deploy/systemd/payout-portal.conf')).toMatch(/^u payout-portal 10001 /m)
    for (const { file, text } of units) expect(text, file).toMatch(/^User=payout-portal$/m)
  })

  it('gives processes the time that they take to stop', () => {
    for (const name of ['web', 'worker'])
      expect(Number.parseInt(compose.services[name]?.stop_grace_period ?? '0')).toBeGreaterThan(30)
    for (const { metadata, spec } of workloads)
      if (metadata.name !== 'migrate')
        expect(spec.template.spec.terminationGracePeriodSeconds).toBeGreaterThan(30)
    for (const { file, text } of units)
      if (!file.includes('migrate'))
        expect(Number(/^TimeoutStopSec=(\d+)$/m.exec(text)?.[1]), file).toBeGreaterThanOrEqual(30)
  })
})

describe('compose.yaml', () => {
  it('takes away what no container needs', () => {
    for (const [name, service] of Object.entries(compose.services))
      expect(service, name).toMatchObject({
        read_only: true,
        cap_drop: ['ALL'],
        security_opt: ['no-new-privileges:true'],
        mem_limit: expect.any(String) as string,
      })
  })

  it('mounts each secret that is named, and makes each', () => {
    const made = read('deploy/make-secrets.sh')
    for (const [name, { environment, secrets }] of Object.entries(compose.services)) {
      const named = Object.values(environment).flatMap(
        (value) => /^\/run\/secrets\/(.+)$/.exec(value)?.[1] ?? [],
      )
      expect(secrets, name).toEqual(expect.arrayContaining(named))
      for (const secret of secrets)
        expect(compose.secrets[secret]?.file, name).toBe(`deploy/secrets/${secret}`)
    }
    for (const name of Object.keys(compose.secrets))
      expect(made, name).toMatch(new RegExp(` make ${name}$`, 'm'))
  })

  it('waits for the database, then the migration, then the web server', () => {
    const { migrate, web, worker, proxy } = compose.services
    expect(migrate?.depends_on).toEqual({ database: { condition: 'service_healthy' } })
    for (const one of [web, worker])
      expect(one?.depends_on).toEqual({ migrate: { condition: 'service_completed_successfully' } })
    expect(proxy?.depends_on).toEqual({ web: { condition: 'service_healthy' } })
  })

  it('lets only workers and the proxy out, and nobody but ours to the database', () => {
    const inNetwork = (network: string) =>
      Object.entries(compose.services).flatMap(([name, { networks = [] }]) =>
        (Array.isArray(networks) ? networks : Object.keys(networks)).includes(network) ? [name] : [],
      )
    expect(inNetwork('outside').sort()).toEqual(['proxy', 'worker'])
    expect(inNetwork('back').sort()).toEqual(['database', 'migrate', 'web', 'worker'])
    expect(inNetwork('front').sort()).toEqual(['proxy', 'web'])
    expect(compose.services['web']?.environment['TRUSTED_PROXIES']).toBe('172.29.251.0/24')
    expect(read('compose.yaml')).toContain('subnet: 172.29.251.0/24')
  })

  it('keeps what workers have seen and sent on a volume', () => {
    const { worker } = compose.services
    expect(worker).toMatchObject({ volumes: ['marks:/var/lib/payout-portal'], deploy: { replicas: 2 } })
    expect(worker?.environment['SENT_MARKS_DIR']).toMatch(/^\/var\/lib\/payout-portal\//)
  })

  it('has a proxy that forwards everything, callbacks included, to the port that the web server listens on', () => {
    expect(read('deploy/caddy/Caddyfile')).toMatch(/^\{\$APP_URL\} \{\n\treverse_proxy web:3000 \{$/m)
    expect(read('.env.example')).toMatch(/^PORT=3000$/m)
  })
})

describe('deploy/compose.try.yaml', () => {
  it('has the simulator and every other part, with settings that are documented', () => {
    const ours = Object.entries(demo.services).filter(([, service]) => isOurs(service))
    expect(ours.map(([name]) => name)).toEqual(['key', 'simulator', 'migrate', 'seed', 'web', 'worker'])
    const simulators = [...read('docs/simulator.md').matchAll(/`([A-Z][A-Z_]+)`/g)].map(([, name]) => name)
    for (const [name, { environment, command = image?.command ?? [] }] of ours) {
      expect(
        Object.keys(environment).filter((one) => !isSetting(one) && !simulators.includes(one)),
        name,
      ).toEqual([])
      if (name !== 'key') expect(isProgram(command.at(-1) ?? ''), name).toBe(true)
    }
  })

  it('has only what everybody may know, which no real gateway is served with', () => {
    const { environment = {} } = demo.services['web'] ?? {}
    const example = read('.env.example')
    for (const name of ['AUTH_SECRET', 'CARDZO_MERCHANT_CONTROL'])
      expect(example).toContain(`${name}=${environment[name]}\n`)
    expect(environment['CARDZO_API_URL']).toMatch(/^http:\/\/127\.0\.0\.1:/)
  })
})

describe('deploy/kubernetes', () => {
  it('lists every file', () => {
    const { resources } = parse(read('deploy/kubernetes/kustomization.yaml')) as { resources: string[] }
    const files = globSync('*.yaml', { cwd: 'deploy/kubernetes' }).filter(
      (file) => file !== 'kustomization.yaml',
    )
    expect(resources.toSorted()).toEqual(files.sort())
  })

  it('asks for nothing that the restricted standard refuses, and writes nowhere but to volumes', () => {
    const containers = workloads.flatMap(({ spec }) => spec.template.spec.containers)
    expect(containers).toHaveLength(3)
    for (const { name, securityContext } of containers)
      expect(securityContext, name).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      })
  })

  it('mounts each secret that is named, and no other', () => {
    for (const { metadata, spec } of workloads) {
      const { containers, volumes } = spec.template.spec
      const named = containers.flatMap(({ env }) =>
        env.flatMap(({ value }) => /^\/run\/secrets\/portal\/(.+)$/.exec(value)?.[1] ?? []),
      )
      const mounted = volumes.flatMap(({ secret }) => secret?.items.map(({ path }) => path) ?? [])
      expect(mounted.sort(), metadata.name).toEqual(named.sort())
    }
  })

  it('asks the web server itself how it is', () => {
    const web = workloads.find(({ metadata }) => metadata.name === 'web')?.spec.template.spec.containers[0]
    for (const probe of [web?.readinessProbe, web?.livenessProbe])
      expect(probe?.httpGet).toEqual({ path: '/api/health/live', port: 'http' })
  })

  it('keeps each worker’s marker', () => {
    const worker = manifests.find((one) => one.kind === 'StatefulSet') as unknown as {
      spec: { volumeClaimTemplates: { metadata: { name: string } }[] }
    }
    expect(worker.spec.volumeClaimTemplates.map(({ metadata }) => metadata.name)).toEqual(['state'])
    expect(read('deploy/kubernetes/worker.yaml')).toContain(
      '{ name: state, mountPath: /var/lib/payout-portal }',
    )
  })

  it('lets everything below APP_URL through, callbacks included, and needs all settings', () => {
    const ingress = read('deploy/kubernetes/ingress.yaml')
    expect(ingress).toMatch(/- path: \/\n/)
    const { configMapGenerator } = parse(read('deploy/kubernetes/kustomization.yaml')) as {
      configMapGenerator: { literals: string[] }[]
    }
    const names = (lines: string[]) =>
      lines.map((line) => line.split('=')[0] ?? '').filter((name) => /^[A-Z]/.test(name))
    const settings = names(configMapGenerator.flatMap(({ literals }) => literals))
    const forCompose = names(read('deploy/portal.env.example').split('\n'))
    expect(settings.filter((name) => !isSetting(name))).toEqual([])
    expect(settings.filter((name) => name !== 'TRUSTED_PROXIES')).toEqual(forCompose)
  })
})

describe('deploy/systemd', () => {
  it.each(units)(
    '$file reads each secret that it is handed, and is handed each that it reads',
    ({ text }) => {
      const handed = [...text.matchAll(/^LoadCredential=([a-z-]+):\/etc\/payout-portal\/secrets\/\1$/gm)].map(
        ([, name]) => name,
      )
      const readFrom = [...text.matchAll(/^Environment=[A-Z_]+_FILE=%d\/([a-z-]+)$/gm)].map(
        ([, name]) => name,
      )
      expect(handed.length).toBe(text.match(/^LoadCredential=/gm)?.length)
      expect(readFrom).toEqual(handed)
    },
  )

  it('takes the same rights from all', () => {
    const hardening = units.map(({ text }) =>
      text.slice(text.indexOf('\nUMask='), text.indexOf('\n# Not MemoryDenyWriteExecute')),
    )
    expect(hardening[0]).toContain('ProtectSystem=strict\n')
    expect(new Set(hardening).size).toBe(1)
  })

  it('gives the operator’s commands the secrets of commands', () => {
    const script = read('deploy/systemd/payout-portal-admin')
    const exported = /^export (.+)$/m.exec(script)?.[1]?.split(' ') ?? []
    expect(exported.filter((name) => foreignSecrets('command').includes(name))).toEqual([])
    expect(exported.sort()).toEqual(['AUTH_SECRET', 'DATABASE_URL', 'DATA_KEYS'])
    for (const name of exported)
      expect(script).toContain(`${name}=$(cat "$secrets/${name.toLowerCase().replace('_', '-')}")`)
    expect(isProgram('lib/cli/admin.ts')).toBe(true)
    expect(script).toContain(' lib/cli/admin.ts "$@"')
  })
})
