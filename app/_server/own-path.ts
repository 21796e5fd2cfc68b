/** Is this a path of ours to redirect to? Browsers may read `//host`, `/\host` and control characters as another site. */
export function isOwnPath(path: string): boolean {
  if (!/^\/(?![/\\])[\x21-\x5b\x5d-\x7e]*$/.test(path)) return false
  return new URL(path, 'http://portal.invalid').host === 'portal.invalid'
}
