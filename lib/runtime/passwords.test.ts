import { expect, it } from 'vitest'
import { demoPassword } from '#lib/services/demo-codes.ts'
import { passwords } from './passwords.ts'

it('knows the passwords that everybody tries first, in whatever case', async () => {
  for (const common of ['password', 'Qwertyuiop', 'TRUSTNO1', '1234567890'])
    expect(await passwords.isCommon(common)).toBe(true)
  for (const own of ['correct horse battery', 'a long enough password', demoPassword])
    expect(await passwords.isCommon(own)).toBe(false)
})
