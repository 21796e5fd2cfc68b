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

/** "14:02 UTC" on the day itself, the full text on any other. */
export function utcShort(at: Date, now: Date, seconds = false): string {
  const isToday = at.toISOString().slice(0, 10) === now.toISOString().slice(0, 10)
  return isToday ? `${at.toISOString().slice(11, seconds ? 19 : 16)} UTC` : utcText(at, seconds)
}
