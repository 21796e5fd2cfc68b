/** The secrets of `.env.example`, which everybody can read. An installation may not have that file; a test keeps the two equal. */
export const sampleSecrets: Readonly<Record<string, string>> = {
  AUTH_SECRET: 'for-local-use-only-replace-me-0123456789',
  CARDZO_MERCHANT_CONTROL: 'B17B2C4A-0000-4000-8000-FOR-LOCAL-USE',
  DATABASE_URL: 'postgresql://portal:secret@127.0.0.1:5432/portal',
  DATA_KEYS: '2026a:the-44-characters-that-openssl-prints',
  SMTP_URL: 'smtps://user:password@mail.example.com',
}
