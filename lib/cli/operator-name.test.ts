import { expect, it } from 'vitest'
import { operatorName } from './operator-name.ts'

it('is the name of the user on this machine', () => {
  expect(operatorName(() => 'ada')).toBe('ada')
  expect(operatorName()).not.toBe('')
})

it('is a number where the user has no name', () => {
  const nameless = () => {
    throw Object.assign(new Error('uv_os_get_passwd returned ENOENT'), { code: 'ERR_SYSTEM_ERROR' })
  }
  expect(operatorName(nameless)).toBe(`user ${process.getuid?.() ?? '?'}`)
})

it('does not hide what else goes wrong', () => {
  const broken = () => {
    throw new TypeError('a bug')
  }
  expect(() => operatorName(broken)).toThrow('a bug')
})
