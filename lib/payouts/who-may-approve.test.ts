import { describe, expect, it } from 'vitest'
import { nextApproval, rolesNobodyHas, shortOf, shortWithout, whoMayApprove } from './who-may-approve.ts'
import { approverRoles } from './policy.ts'
import type { ApproverAccount, OpenPayout } from './who-may-approve.ts'

// Cy has two accounts.
const ana = { id: 'ana', personId: 'Ana' }
const ben = { id: 'ben', personId: 'Ben' }
const cy = { id: 'cy', personId: 'Cy' }
const cy2 = { id: 'cy2', personId: 'Cy' }
const everybody = [ana, ben, cy, cy2]

/** Every subset. */
const subsets = <T>(all: readonly T[]): T[][] =>
  all.reduce<T[][]>((sets, one) => sets.flatMap((set) => [set, [...set, one]]), [[]])

/** Every case with four accounts, one approval a person, and up to five people needed. */
function* cases(): Generator<[ApproverAccount[], OpenPayout]> {
  for (const approvers of subsets(everybody))
    for (const behind of subsets(['ana', 'cy', 'cy2']))
      for (const given of subsets(approvers).filter((set) => set.length < 3))
        for (const needed of [0, 1, 2, 3, 5])
          for (const beyondDayLimit of [false, true])
            yield [approvers, { needed, given, behind, beyondDayLimit }]
}

const people = (accounts: readonly ApproverAccount[]) => new Set(accounts.map(({ personId }) => personId))

describe('who may approve', () => {
  it('is different people who are not behind the payout and have not approved it', () => {
    expect(whoMayApprove(everybody, { needed: 1, given: [], behind: [] })).toEqual(['Ana', 'Ben', 'Cy'])
    expect(whoMayApprove(everybody, { needed: 2, given: [ana], behind: ['cy'] })).toEqual(['Ben'])
    expect(whoMayApprove(everybody, { needed: 1, given: [], behind: [], beyondDayLimit: true })).toEqual([])
  })

  it('holds in every case', () => {
    let seen = 0
    for (const [approvers, payout] of cases()) {
      seen++
      const left = whoMayApprove(approvers, payout)
      expect(new Set(left).size).toBe(left.length)
      for (const person of left) {
        expect(people(approvers)).toContain(person)
        expect(people(payout.given)).not.toContain(person)
        expect(
          people(
            everybody.filter(({ id }) => payout.behind.includes(id) && approvers.some((a) => a.id === id)),
          ),
        ).not.toContain(person)
      }
      const short = shortOf(approvers, payout)
      const could = left.length + people(payout.given).size
      expect(short > 0).toBe(payout.needed > people(payout.given).size && could < payout.needed)
      // More people never make it worse, and fewer never make it better.
      if (payout.given.length === 0)
        expect(shortOf([...approvers, { id: 'dee', personId: 'Dee' }], payout)).toBeLessThanOrEqual(short)
      for (const { id } of approvers) {
        const without = shortWithout(approvers, payout, id)
        expect(without === 0 || without > short).toBe(true)
      }
    }
    expect(seen).toBeGreaterThan(3000)
  })
})

describe('roles that a rule asks for', () => {
  const chief = { id: 'dee', personId: 'Dee', roles: ['admin'] as const }

  it('leave room for somebody who has them', () => {
    const asked = { needed: 2, roles: ['admin'] as const }
    expect(nextApproval(asked, [], {})).toBe('counts')
    expect(nextApproval(asked, [{}], {})).toBe('role_needed')
    expect(nextApproval(asked, [{}], chief)).toBe('last')
    expect(nextApproval(asked, [chief], {})).toBe('last')
    expect(nextApproval(asked, [], chief)).toBe('counts')
    // It lost its role after the last one.
    expect(nextApproval(asked, [{}, {}], chief)).toBe('last')
    expect(nextApproval({ needed: 1, roles: ['admin', 'auditor'] }, [], chief)).toBe('counts')
    expect(nextApproval({ needed: 1, roles: ['admin', 'auditor'] }, [chief], {})).toBe('role_needed')
  })

  it('never wait for people who are all refused: who brings a role always counts, in every case', () => {
    const sets = subsets(approverRoles)
    for (const roles of sets)
      for (const needed of [1, 2, 3])
        for (const first of sets)
          for (const mine of sets) {
            const answer = nextApproval({ needed, roles }, [{ roles: first }], { roles: mine })
            const lacking = roles.filter((role) => !first.includes(role))
            const brings = lacking.some((role) => mine.includes(role))
            if (brings) expect(answer).not.toBe('role_needed')
            const done = lacking.every((role) => mine.includes(role)) && needed <= 2
            expect(answer === 'last').toBe(done)
            expect(answer === 'role_needed').toBe(!done && !brings && needed <= 2)
          }
  })

  it('count when somebody leaves', () => {
    const payout: OpenPayout = { needed: 1, roles: ['admin'], given: [], behind: [] }
    expect(shortOf([ana, ben], payout)).toBe(1)
    expect(rolesNobodyHas([ana, ben], payout)).toEqual(['admin'])
    expect(shortOf([ana, chief], payout)).toBe(0)
    expect(shortWithout([ana, ben, chief], payout, 'dee')).toBe(1)
    expect(shortWithout([ana, ben, chief], payout, 'ana')).toBe(0)
    expect(shortOf([ana, chief], { ...payout, behind: ['dee'] })).toBe(1)
    expect(shortOf([ana], { ...payout, needed: 2, given: [chief] })).toBe(0)
  })
})

describe('leaving', () => {
  it('blocks what only this person could approve', () => {
    expect(shortWithout([ana, ben], { needed: 1, given: [], behind: ['ben'] }, 'ana')).toBe(1)
    expect(shortWithout([ana, ben], { needed: 1, given: [], behind: [] }, 'ana')).toBe(0)
    expect(shortWithout([ana, ben], { needed: 2, given: [], behind: [] }, 'ana')).toBe(1)
  })

  it('loses an approval that was given', () => {
    expect(shortWithout([ana, ben], { needed: 2, given: [ana, ben], behind: [] }, 'ana')).toBe(1)
    expect(shortWithout([ana, ben, cy], { needed: 2, given: [ana, ben], behind: [] }, 'ana')).toBe(0)
  })

  it('is no loss when the same person has another account', () => {
    expect(shortWithout([cy, cy2], { needed: 1, given: [], behind: [] }, 'cy')).toBe(0)
    expect(shortWithout([cy, cy2], { needed: 1, given: [cy], behind: [] }, 'cy')).toBe(0)
  })

  it('is not blamed for what was blocked before', () => {
    expect(shortWithout([ana, ben], { needed: 1, given: [], behind: ['ana', 'ben'] }, 'ana')).toBe(0)
    expect(shortWithout([ana], { needed: 0, given: [], behind: [] }, 'ana')).toBe(0)
  })
})
