import process from 'node:process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { PHASE_PRODUCTION_SERVER } from 'next/constants.js'
import { compressFiles } from './lib/processes/compress-files.ts'
import { sourceStamp } from './lib/processes/build.ts'

/**
 * Ids of server actions are made with this key, so all builds of one commit, and builds before and after a deploy, agree on them. It need
 * not be secret, because it encrypts nothing here: docs/decisions/0007-two-builds-agree.md.
 */
const keyOfActions = createHash('sha256').update('cardzo-payout-portal server actions').digest('base64')

function chooseKeyOfActions() {
  const name = 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY'
  const file = process.env[`${name}_FILE`]?.trim()
  if (!process.env[name]?.trim()) process.env[name] = file ? readFileSync(file, 'utf8').trim() : keyOfActions
}

/** @type {import('next').NextConfig} */
const config = {
  // From the sources alone, so that browsers can't tell two builds of them apart.
  generateBuildId: async () => (await sourceStamp()).slice(0, 32),
  compiler: { runAfterProductionCompile: ({ distDir }) => compressFiles(join(distDir, 'static')) },
  poweredByHeader: false,
  reactStrictMode: true,
  // Addresses contain tokens, and callbacks their control value: they must not be logged, not even in development.
  logging: { incomingRequests: false },
  // authInterrupts: 401 and 403 pages with their own HTTP status (unauthorized(), forbidden()).
  // bodySizeLimit: room for an import; proxy.ts limits files of other pages to 6 MB and every other form to 64 KiB.
  // turbopackSourceMaps: nothing reads them in production, and they were two thirds of a build's size and a fifth of its time.
  experimental: {
    authInterrupts: true,
    serverActions: { bodySizeLimit: '17mb' },
    turbopackSourceMaps: false,
  },
  // What next-intl asks for the language of a request. Its own plugin does no more than this, and loads a compiler and a file watcher.
  turbopack: { resolveAlias: { 'next-intl/config': './app/_server/words.ts' } },
  // `npm test` has checked them before it builds, and they take as long as the rest of a build.
  typescript: { ignoreBuildErrors: process.env['TYPES_CHECKED_ELSEWHERE'] === '1' },
  // No page has images to resize; otherwise /_next/image would work for anybody.
  images: { unoptimized: true },
  // Browsers request this address without being told to.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
  serverExternalPackages: ['pg', 'pg-boss', 'pino', '@node-rs/argon2', 'nodemailer', 'prom-client'],
}

/** @param {string} phase */
export default function configFor(phase) {
  // The production server uses the key of its build, or the one that lib/web has read.
  if (phase !== PHASE_PRODUCTION_SERVER) chooseKeyOfActions()
  return config
}
