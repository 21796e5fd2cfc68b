/** A page without its fenced blocks: what looks like a heading or a link in there is none. */
export const withoutBlocks = (page: string) => page.replaceAll(/^```[^]*?^```$/gm, '')

/** What comes after `#` in a link to each heading of a page, as GitHub makes it from the heading's text. */
export function anchorsIn(page: string): string[] {
  return [...withoutBlocks(page).matchAll(/^#+ (.+)$/gm)].map(([, heading = '']) =>
    heading
      .toLowerCase()
      .replaceAll(/[^\w\s-]/g, '')
      .replaceAll(' ', '-'),
  )
}
