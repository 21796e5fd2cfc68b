import { describe, expect, it } from 'vitest'
import { deskPath, readAddress } from './address.ts'

describe('the address of the desk', () => {
  it('is read back as it was written', () => {
    for (const tab of ['mine', 'others', 'all'] as const)
      for (const flag of [true, false]) {
        const address = { tab, onlyMine: flag, many: flag, selected: flag }
        const query = Object.fromEntries(new URL(deskPath(address), 'http://x').searchParams)
        expect(readAddress(query)).toEqual(address)
      }
    expect(deskPath(readAddress({}))).toBe('/desk')
  })

  it('ignores what it does not know', () => {
    const nothing = { onlyMine: false, many: false, selected: false }
    expect(readAddress({ tab: 'yours', items: ['mine'], rows: '9', select: 'x' })).toEqual(nothing)
  })
})
