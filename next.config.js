/** @type {import('next').NextConfig} */
export default {
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
