/** The second factor: the key to scan and the recovery codes. */
export const factor = {
  stepApp: 'Open an authenticator app on your phone. Any app that makes six-digit codes works.',
  stepScan: 'Scan the QR code. On the phone itself, type the key instead.',
  stepCode: 'Enter the code the app shows.',
  qr: 'QR code of the key',
  key: 'Key: <value></value>',
  codesTitle: 'Save these recovery codes now: they are shown only once',
  codesText:
    'Each code signs you in once if you lose your phone. Print them or keep them in your password manager, not on the phone.',
  codesLabel: 'Your recovery codes',
  print: 'Print this page',
} as const
