/**
 * Times for people, in UTC with the zone named. Uses `toUTCString`, whose form the language fixes; what `Intl` writes depends on the
 * version of its data ("Sep" or "Sept").
 */

/** "23 Nov 2026, 14:02 UTC"; with `seconds` for evidence. */
export function utcText(at: Date, seconds = false): string {
  return at
    .toUTCString()
    .replace(/^\w+, 0?(\d+ \w+ \d+) (\d\d:\d\d)(:\d\d) GMT$/, seconds ? '$1, $2$3 UTC' : '$1, $2 UTC')
}
