import process from 'node:process'
import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { PHASE_PRODUCTION_SERVER } from 'next/constants.js'
import { sourceStamp } from './lib/processes/build.ts'

/**
 * Names of server actions are made with this key, so that all builds of one commit, and builds before and after a deploy, agree on
 * them. It need not be secret, because it encrypts nothing here: docs/decisions/0007-two-builds-agree.md.
 */
const keyOfActions = createHash('sha256').update('cardzo-payout-portal server actions').digest('base64')

function chooseKeyOfActions() {
  const name = 'NEXT_SERVER_ACTIONS_ENCRYPTION_KEY'
  const file = process.env[`${name}_FILE`]?.trim()
  if (!process.env[name]?.trim()) process.env[name] = file ? readFileSync(file, 'utf8').trim() : keyOfActions
}

/** @type {import('next').NextConfig} */
const config = {
  // From the sources alone, so that two builds of them are one to the browser.
  generateBuildId: async () => (await sourceStamp()).slice(0, 32),
  poweredByHeader: false,
  reactStrictMode: true,
  // Addresses carry tokens and callbacks their control value: no line of a log may hold them, while developing neither.
  logging: { incomingRequests: false },
  // 401 and 403 pages with their own HTTP status (unauthorized(), forbidden()).
  // The size is that of a file of grants, sent again with what was said of it; proxy.ts holds every other form to 64 KiB.
  experimental: { authInterrupts: true, serverActions: { bodySizeLimit: '6mb' } },
  // No page has pictures to shrink; without this, /_next/image would do it for anybody.
  images: { unoptimized: true },
  // Browsers ask for this address by themselves while one page gives way to the next.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
  serverExternalPackages: ['pg', 'pg-boss', 'pino', '@node-rs/argon2', 'nodemailer', 'prom-client'],
}

/** @param {string} phase */
export default function configFor(phase) {
  // A server that only runs takes the key of its build, or what lib/web has read.
  if (phase !== PHASE_PRODUCTION_SERVER) chooseKeyOfActions()
  return config
}
