/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // 401 and 403 pages with their own HTTP status (unauthorized(), forbidden()).
  experimental: { authInterrupts: true, serverActions: { bodySizeLimit: '64kb' } },
  // Browsers ask for this address by themselves while one page gives way to the next.
  rewrites: () => Promise.resolve([{ source: '/favicon.ico', destination: '/icon.svg' }]),
  serverExternalPackages: ['pg', 'pg-boss', 'pino', '@node-rs/argon2', 'nodemailer', 'prom-client'],
}
