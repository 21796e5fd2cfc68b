/** @type {import('next').NextConfig} */
export default {
  poweredByHeader: false,
  reactStrictMode: true,
  // 401 and 403 pages with their own HTTP status (unauthorized(), forbidden()).
  experimental: { authInterrupts: true, serverActions: { bodySizeLimit: '64kb' } },
  serverExternalPackages: ['pg', 'pg-boss', 'pino', '@node-rs/argon2', 'nodemailer', 'prom-client'],
}
