// The architecture as data: who may import whom (docs/architecture.md#rooms). One table drives one rule.
import js from '@eslint/js'
import boundaries from 'eslint-plugin-boundaries'
import { importX } from 'eslint-plugin-import-x'
import reactHooks from 'eslint-plugin-react-hooks'
import tseslint from 'typescript-eslint'

/**
 * One entry per room: which rooms it may import, through which door it is entered, which npm packages it may use.
 * `only`: one file of the room that may import more, or alone.
 * @type {Record<string, { may: string[], npm: string[], door?: string, only?: Record<string, { may: string[], npm: string[] }> }>}
 */
export const rooms = {
  'lib/payouts': { may: [], npm: [] },
  // Every word that people read, in each language.
  'lib/words': { may: ['lib/payouts'], npm: ['use-intl/**'] },
  'lib/cardzo': { may: [], npm: ['zod'], door: '{index,testing}.ts' },
  'lib/contract': { may: ['lib/payouts'], npm: ['zod', 'papaparse'] },
  // ibantools: what an IBAN is, by country.
  'lib/services': {
    may: ['lib/payouts', 'lib/words', 'lib/contract'],
    npm: ['zod', 'ibantools'],
    door: '{ports,!(ports|testing)/*}.ts',
  },
  // The only code that speaks to Cardzo. No other verb can reach it, and each process only what it needs of it.
  'lib/services/order': { may: ['lib/services', 'lib/payouts'], npm: [] },
  'lib/db': {
    may: ['lib/services', 'lib/payouts'],
    npm: ['@prisma/**', 'pg', 'node:sqlite'],
  },
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
    ],
  },
  'lib/worker': {
    may: ['lib/services', 'lib/services/order/{work-payout,step,compare-with-cardzo}.ts', 'lib/runtime'],
    npm: [],
  },
  // next runs inside our own listener, which calls the busiest route handlers itself.
  'lib/web': {
    may: ['lib/runtime'],
    npm: ['next', 'zod'],
    only: { 'hot-paths.ts': { may: ['app/api/**/route.ts'], npm: ['@hono/node-server'] } },
  },
  'lib/processes': { may: [], npm: ['get-port'] },
  'lib/simulator': {
    may: ['lib/cardzo'],
    npm: ['zod', 'pino', 'hono', 'hono/**', '@hono/node-server', '@hono/node-server/**'],
  },
  'lib/cli': {
    may: ['lib/services', 'lib/runtime', 'lib/processes', 'lib/payouts', 'lib/words'],
    npm: ['zod'],
  },
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
  },
  // What developers run.
  scripts: { may: ['lib/processes'], npm: ['zod'] },
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
    ],
    npm: ['**'],
  },
  bench: {
    may: ['lib/cardzo', 'lib/db', 'lib/runtime', 'lib/contract', 'lib/payouts', 'lib/processes', 'lib/cli'],
    npm: ['**'],
  },
}

const ordered = Object.keys(rooms).sort((a, b) => b.length - a.length)
/**
 * A room is entered by its door; `room/file.ts` in a list names the only files of that room that may be imported.
 * @param {string} entry
 */
const throughDoor = (entry) => {
  const type = ordered.find((room) => entry === room || entry.startsWith(`${room}/`)) ?? entry
  const door = entry === type ? rooms[type]?.door : entry.slice(type.length + 1)
  return { type, ...(door && { fileInternalPath: door }) }
}
/** @param {string} type @param {{ may: string[], npm: string[] }} lists @param {string} [fileInternalPath] */
const arrows = (type, { may, npm }, fileInternalPath) => {
  const from = { element: { type, ...(fileInternalPath && { fileInternalPath }) } }
  return [
    ...may.map((room) => ({ from, allow: { to: { element: throughDoor(room) } } })),
    ...npm.map((source) => ({ from, allow: { to: { module: { origin: 'external', source } } } })),
  ]
}
/** What a room may import. @param {string} type @param {(typeof rooms)[string]} room */
const policiesOf = (type, room) => {
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
  .map(([type, room]) => {
    const options = { default: 'disallow', checkAllOrigins: true, policies: policiesOf(type, room) }
    return tseslint.config({
      files: [`${type}/**`],
      rules: { 'boundaries/dependencies': ['error', options] },
    })
  })
/** A text without an element of its own (written out, or an expression that is not plainly an element), beside what comes and goes. */
const bareTexts = [
  'JSXText[value=/\\S/]',
  'JSXExpressionContainer[expression.type=/Literal/]',
  'JSXExpressionContainer[expression.type="MemberExpression"]',
  'JSXExpressionContainer[expression.type="Identifier"][expression.name!="children"]',
  'JSXExpressionContainer[expression.type="CallExpression"][expression.callee.property.name!="map"]',
].map((text) => ({
  selector: `:matches(JSXElement, JSXFragment):has(> ${text}) > JSXExpressionContainer > :matches(LogicalExpression, ConditionalExpression)`,
  message:
    'Put the text into an element of its own: a translated page breaks where something beside a bare text comes and goes.',
}))

export default tseslint.config(
  {
    ignores: [
      'node_modules',
      '.next',
      '.data',
      'lib/db/generated',
      'next-env.d.ts',
      'test-results',
      'playwright-report',
    ],
  },
  js.configs.recommended,
  ...tseslint.configs.strictTypeChecked,
  {
    languageOptions: { parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname } },
    plugins: { boundaries, 'import-x': importX, 'react-hooks': reactHooks },
    settings: {
      'import/resolver': { typescript: { alwaysTryTypes: true } },
      'import-x/resolver': { typescript: { alwaysTryTypes: true } },
      'boundaries/include': ['app/**', 'lib/**', 'scripts/**', 'e2e/**', 'bench/**'],
      'boundaries/ignore': ['**/*.css', 'lib/db/generated/**'],
      'boundaries/elements': ordered.map((type) => ({ type, pattern: type })),
    },
    rules: {
      'boundaries/no-unknown-files': 'error',
      'import-x/no-cycle': ['error', { ignoreExternal: true }],
      // Longer needs a reason: eslint-disable max-lines -- why.
      'max-lines': ['error', { max: 300 }],
      'no-console': 'error',
      'no-restricted-properties': [
        'error',
        { object: 'process', property: 'env', message: 'Only lib/runtime/env.ts reads the environment.' },
      ],
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/no-confusing-void-expression': ['error', { ignoreArrowShorthand: true }],
      '@typescript-eslint/no-misused-promises': ['error', { checksVoidReturn: { attributes: false } }],
    },
  },
  ...dependencies.flat(),
  { files: ['app/**/*.tsx'], rules: reactHooks.configs.recommended.rules },
  {
    // Browsers that translate a page wrap its text nodes in elements of their own. React then fails to put something in before such a
    // text, or to take it away: where something beside a text comes and goes, the text has an element of its own.
    files: ['app/**/*.tsx'],
    rules: { 'no-restricted-syntax': ['error', ...bareTexts] },
  },
  {
    // The few files that may read the environment: the portal's one reader, the simulator's one, and processes that start others.
    files: [
      'lib/db/engine/guards.db.test.ts',
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
    files: ['lib/cli/**', 'lib/processes/**', 'lib/web/**', 'scripts/**', 'bench/**', 'e2e/**'],
    rules: { 'no-console': 'off' },
  },
  {
    // Tests may reach for anything they test with.
    files: ['**/*.test.{ts,tsx}', '**/testing/**'],
    rules: { 'boundaries/dependencies': 'off' },
  },
  // Long tests say in their head comment why they are whole.
  { files: ['**/*.{test,spec}.{ts,tsx}'], rules: { 'max-lines': 'off' } },
  {
    files: ['**/*.test.{ts,tsx}', 'e2e/**', 'bench/**', '**/testing/**'],
    rules: { '@typescript-eslint/no-non-null-assertion': 'off' },
  },
  {
    // Playwright reads what a fixture needs from its first parameter, which may be nothing.
    files: ['e2e/**'],
    rules: { 'no-empty-pattern': ['error', { allowObjectPatternsAsParameters: true }] },
  },
  { files: ['*.config.{js,ts,mjs}', 'next.config.js'], ...tseslint.configs.disableTypeChecked },
)
