/* oxlint-disable max-lines -- the rooms are one table. */
// What lint refuses, in every file that git does not ignore. The architecture as data: who may import whom
// (docs/architecture.md#rooms). One table drives one rule.
import { type OxlintOverride, defineConfig } from 'oxlint'

type Lists = { may: string[]; npm: string[] }
type Room = Lists & { door?: string; only?: Record<string, Lists> }

/**
 * One entry per room: which rooms it may import, through which door it is entered, which npm packages it may use.
 * `only`: one file of the room that may import more, or alone.
 */
export const rooms: Record<string, Room> = {
  'lib/payouts': { may: [], npm: [] },
  // Every word that people read, in each language.
  'lib/words': { may: ['lib/payouts'], npm: ['use-intl/**'] },
  'lib/cardzo': { may: [], npm: ['zod'], door: '{index,testing}.ts' },
  // saxes: the XML inside an XLSX file.
  'lib/contract': { may: ['lib/payouts', 'lib/words'], npm: ['zod', 'papaparse', 'saxes'] },
  // ibantools: what an IBAN is, by country.
  'lib/services': {
    may: ['lib/payouts', 'lib/words', 'lib/contract'],
    npm: ['zod', 'ibantools'],
    door: '{ports,!(ports|testing)/*}.ts',
  },
  // The only code that speaks to Cardzo. No other verb can reach it, and each process only what it needs of it.
  'lib/services/order': { may: ['lib/services', 'lib/payouts'], npm: [] },
  // The only verbs that may read from a standby. No other verb can name what they are given, so nothing that decides reads there.
  'lib/services/standby': {
    may: [
      'lib/services/{ports,payout/list-payouts,payout/payout-file,payout/searched,payout/stored-filter}.ts',
      'lib/payouts',
      'lib/contract',
    ],
    npm: [],
  },
  'lib/db': {
    may: ['lib/services', 'lib/payouts'],
    npm: ['@prisma/**', 'pg', 'node:sqlite'],
  },
  // What a standby can be asked, and whether it may be.
  'lib/db/standby': { may: ['lib/db', 'lib/services', 'lib/services/standby'], npm: [] },
  'lib/gateway': { may: ['lib/services', 'lib/payouts', 'lib/cardzo'], npm: [] },
  'lib/runtime': {
    may: [
      'lib/services',
      'lib/services/order/paced-gateway.ts',
      'lib/db',
      'lib/gateway',
      'lib/cardzo',
      'lib/payouts',
    ],
    npm: [
      'zod',
      'pino',
      'pg-boss',
      'nodemailer',
      '@node-rs/argon2',
      'otplib',
      // The list of passwords that everybody tries first.
      '@zxcvbn-ts/language-common',
      'rate-limiter-flexible',
      'ipaddr.js',
      // What a process measures of itself, and traces.
      'prom-client',
      '@opentelemetry/**',
    ],
  },
  'lib/runtime/standby': {
    may: ['lib/runtime', 'lib/db', 'lib/db/standby', 'lib/services/standby/ports.ts'],
    npm: [],
  },
  'lib/worker': {
    may: [
      'lib/services',
      'lib/services/order/{work-payout,step,compare-with-cardzo,test-connection,ask-balances}.ts',
      'lib/runtime',
    ],
    npm: [],
    only: {
      // Files that people asked for.
      'main.ts': { may: ['lib/runtime/standby'], npm: [] },
      'periodic-work.ts': { may: ['lib/services/standby/{make-file,ports}.ts'], npm: [] },
    },
  },
  // next runs inside our own listener, which calls the busiest route handlers itself.
  'lib/web': {
    may: ['lib/runtime', 'lib/words'],
    npm: ['next', 'zod'],
    only: {
      'hot-paths.ts': { may: ['app/api/**/route.ts'], npm: ['@hono/node-server'] },
      'api-routes.ts': { may: ['app/api/**/route.ts'], npm: [] },
      'static-files.ts': { may: [], npm: ['hono', '@hono/node-server/**'] },
    },
  },
  'lib/processes': { may: [], npm: ['get-port'] },
  'lib/simulator': {
    may: ['lib/cardzo'],
    npm: ['zod', 'pino', 'hono', 'hono/**', '@hono/node-server', '@hono/node-server/**'],
  },
  'lib/cli': {
    may: ['lib/services', 'lib/runtime', 'lib/processes', 'lib/payouts', 'lib/words'],
    npm: ['zod'],
    only: {
      'doctor.ts': {
        may: ['lib/doctor', 'lib/db/engine/examine.ts', 'lib/db/engine/embedded-postgres.ts'],
        npm: [],
      },
    },
  },
  // Looks at a deployment, and changes nothing.
  'lib/doctor': {
    may: [
      'lib/db/engine/examine.ts',
      'lib/runtime',
      'lib/services/order/test-connection.ts',
      'lib/web/caller-answer.ts',
    ],
    npm: ['zod'],
  },
  // Asks a gateway what it really does, beside the portal.
  'lib/proof': { may: ['lib/cardzo', 'lib/payouts', 'lib/runtime'], npm: [] },
  'app/_server': {
    may: ['lib/services', 'lib/runtime', 'lib/contract', 'lib/payouts', 'lib/words'],
    npm: [
      'next',
      'next/**',
      'next-auth',
      'next-auth/**',
      'next-intl',
      'next-intl/**',
      'server-only',
      'zod',
      'jsonc-parser',
      'react',
    ],
    only: {
      'action.ts': { may: ['app/_server/standby/last-act.ts'], npm: [] },
      'readiness.ts': { may: ['lib/services/standby/ports.ts'], npm: [] },
    },
  },
  // Where a page may be read that decides nothing, and what its reader did last.
  'app/_server/standby': {
    may: ['app/_server', 'lib/runtime/standby', 'lib/services/standby/ports.ts'],
    npm: ['next/**', 'server-only'],
  },
  'app/_ui': { may: ['lib/contract', 'lib/payouts', 'lib/words'], npm: ['**'] },
  app: {
    may: [
      'app/_server',
      'app/_ui',
      'lib/contract',
      'lib/payouts',
      'lib/words',
      'lib/services',
      'lib/services/order/{ask-now,record-callback,repeats}.ts',
    ],
    npm: ['**'],
    // Lists, reports and files: the only ones that may be read from a standby.
    only: {
      'desk/payouts/page.tsx': {
        may: ['app/_server/standby/reads.ts', 'lib/services/standby/list-desk-payouts.ts'],
        npm: [],
      },
      'desk/payouts/export/route.ts': {
        may: ['app/_server/standby/reads.ts', 'lib/services/standby/list-desk-payouts.ts'],
        npm: [],
      },
      'desk/reports/page.tsx': {
        may: ['app/_server/standby/reads.ts', 'lib/services/standby/show-report.ts'],
        npm: [],
      },
      'api/health/ready/route.ts': { may: ['app/_server/standby/health.ts'], npm: [] },
      'api/metrics/route.ts': { may: ['app/_server/standby/health.ts'], npm: [] },
      'api/metrics/metrics.ts': { may: ['lib/services/standby/ports.ts'], npm: [] },
    },
  },
  // What developers run.
  scripts: { may: ['lib/processes'], npm: ['zod', 'oxfmt'] },
  e2e: {
    may: [
      'lib/simulator',
      'lib/db',
      'lib/services',
      'lib/services/order/step.ts',
      'lib/runtime',
      'lib/contract',
      'lib/payouts',
      'lib/processes',
      'lib/cli',
      'scripts/find-browser.ts',
    ],
    npm: ['**'],
  },
  bench: {
    may: [
      'lib/cardzo',
      'lib/db',
      'lib/runtime',
      'lib/contract',
      'lib/processes',
      'lib/cli',
      'lib/services',
      'lib/services/standby/make-file.ts',
      'lib/payouts',
      'scripts/format-text.ts',
    ],
    npm: ['**'],
  },
}

const ordered = Object.keys(rooms).sort((a, b) => b.length - a.length)
/** A room is entered by its door; `room/file.ts` in a list names the only files of that room that may be imported. */
const throughDoor = (entry: string) => {
  const type = ordered.find((room) => entry === room || entry.startsWith(`${room}/`)) ?? entry
  const door = entry === type ? rooms[type]?.door : entry.slice(type.length + 1)
  return { type, ...(door && { fileInternalPath: door }) }
}
const arrows = (type: string, { may, npm }: Lists, fileInternalPath?: string) => {
  const from = { element: { type, ...(fileInternalPath && { fileInternalPath }) } }
  return [
    ...may.map((room) => ({ from, allow: { to: { element: throughDoor(room) } } })),
    ...npm.map((source) => ({ from, allow: { to: { module: { origin: 'external', source } } } })),
  ]
}
/** What a room may import. */
const policiesOf = (type: string, room: Room) => {
  const from = { element: { type } }
  return [
    { from, allow: { to: { element: { type } } } },
    { from, allow: { to: { module: { origin: 'core' } } } },
    ...arrows(type, room),
    ...Object.entries(room.only ?? {}).flatMap(([file, lists]) => arrows(type, lists, file)),
  ]
}
/**
 * Each room has a list of its own, because the rule compares every import with every entry of its list. A room inside another comes
 * after it, so that its own list wins.
 */
const dependencies = Object.entries(rooms)
  .sort(([a], [b]) => a.length - b.length)
  .map(([type, room]): OxlintOverride => {
    const options = { default: 'disallow', checkAllOrigins: true, policies: policiesOf(type, room) }
    return { files: [`${type}/**`], rules: { 'boundaries/dependencies': ['error', options] } }
  })

/** Rules without options, as errors. oxlint refuses a name that it does not know. */
const all = (plugin: string, names: string): OxlintOverride['rules'] =>
  Object.fromEntries(
    names
      .trim()
      .split(/\s+/)
      .map((name) => [plugin + name, 'error']),
  )
const typed = `
  consistent-type-imports no-deprecated no-dynamic-delete no-empty-object-type no-explicit-any
  no-extraneous-class no-generated-empty-object-type no-invalid-void-type no-mixed-enums no-namespace
  no-non-null-asserted-nullish-coalescing no-non-null-assertion no-require-imports
  no-unnecessary-boolean-literal-compare no-unnecessary-condition no-unnecessary-template-expression
  no-unnecessary-type-arguments no-unnecessary-type-assertion no-unnecessary-type-constraint
  no-unnecessary-type-conversion no-unnecessary-type-parameters no-unsafe-argument no-unsafe-assignment
  no-unsafe-call no-unsafe-enum-assignment no-unsafe-enum-comparison no-unsafe-function-type
  no-unsafe-member-access no-unsafe-return only-throw-error prefer-literal-enum-member
  prefer-promise-reject-errors prefer-reduce-type-parameter prefer-return-this-type
  related-getter-setter-pairs require-await switch-exhaustiveness-check unified-signatures
  use-unknown-in-catch-callback-variable
`
const plain = `
  no-array-constructor no-case-declarations no-empty no-fallthrough no-prototype-builtins no-regex-spaces
  no-unexpected-multiline no-useless-constructor no-var prefer-const prefer-rest-params prefer-spread
`
/** A category counts for the plugins of every file only, so that these are named. */
const react = `
  error-boundaries exhaustive-deps globals immutability incompatible-library preserve-manual-memoization
  purity refs rules-of-hooks set-state-in-effect set-state-in-render static-components unsupported-syntax
  use-memo
`

export default defineConfig({
  // typeAware: what needs types runs in tsgolint, on the compiler of TypeScript 7.
  options: { typeAware: true, reportUnusedDisableDirectives: 'error', denyWarnings: true },
  plugins: ['typescript', 'import', 'oxc'],
  jsPlugins: ['eslint-plugin-boundaries', './scripts/lint-rules.ts'],
  settings: {
    'import/resolver': { typescript: { alwaysTryTypes: true } },
    'boundaries/include': ['app/**', 'lib/**', 'scripts/**', 'e2e/**', 'bench/**'],
    'boundaries/ignore': ['**/*.css', 'lib/db/generated/**'],
    'boundaries/elements': ordered.map((type) => ({ type, pattern: type })),
  },
  // What is outright wrong. The rules below are stricter, have options, or both.
  categories: { correctness: 'error' },
  rules: {
    ...all('typescript/', typed),
    ...all('', plain),
    // Tests sort what may be undefined; by text is what they mean.
    'typescript/require-array-sort-compare': 'off',
    'boundaries/no-unknown-files': 'error',
    'import/no-cycle': ['error', { ignoreExternal: true }],
    // Longer needs a reason: oxlint-disable max-lines -- why.
    'max-lines': ['error', { max: 300 }],
    'no-console': 'error',
    'no-restricted-properties': [
      'error',
      { object: 'process', property: 'env', message: 'Only lib/runtime/env.ts reads the environment.' },
    ],
    'no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
    'typescript/restrict-template-expressions': ['error', { allowNumber: true }],
    'typescript/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
    'typescript/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    'typescript/ban-ts-comment': ['error', { minimumDescriptionLength: 10 }],
    'typescript/restrict-plus-operands': [
      'error',
      {
        allowAny: false,
        allowBoolean: false,
        allowNullish: false,
        allowNumberAndString: false,
        allowRegExp: false,
      },
    ],
    'typescript/return-await': ['error', 'error-handling-correctness-only'],
  },
  overrides: [
    ...dependencies,
    {
      files: ['app/**/*.tsx'],
      plugins: ['typescript', 'import', 'oxc', 'react'],
      rules: {
        ...all('react/', react),
        'portal/text-of-its-own': 'error',
      },
    },
    {
      // The few files that may read the environment: the portal's one reader, the simulator's one, and processes that start others.
      files: [
        'lib/db/engine/guards.db.test.ts',
        'app/_server/openapi/client-types.test.ts',
        'lib/web/fuzz.db.test.ts',
        'lib/web/api-examples.db.test.ts',
        'lib/runtime/env.ts',
        'lib/simulator/env.ts',
        // Next replaces the one variable it reads while it compiles.
        'instrumentation.ts',
        'lib/cli/**',
        'lib/processes/**',
        // Next looks at two variables while it is loaded.
        'lib/web/main.ts',
        'e2e/**',
        'bench/**',
        'scripts/**',
        '*.config.{js,ts}',
      ],
      rules: { 'no-restricted-properties': 'off' },
    },
    {
      // Processes speak to a terminal.
      files: [
        'lib/cli/**',
        'lib/proof/main.ts',
        'lib/processes/**',
        'lib/web/**',
        'scripts/**',
        'bench/**',
        'e2e/**',
      ],
      rules: { 'no-console': 'off' },
    },
    {
      // Tests may reach for anything they test with.
      files: ['**/*.test.{ts,tsx}', '**/testing/**'],
      rules: { 'boundaries/dependencies': 'off' },
    },
    {
      // Long tests say in their head comment why they are whole.
      files: ['**/*.{test,spec}.{ts,tsx}'],
      rules: { 'max-lines': 'off' },
    },
    {
      files: ['**/*.test.{ts,tsx}', 'e2e/**', 'bench/**', '**/testing/**'],
      rules: { 'typescript/no-non-null-assertion': 'off' },
    },
    {
      // Playwright reads what a fixture needs from its first parameter, which may be nothing.
      files: ['e2e/**'],
      rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
    },
  ],
})
