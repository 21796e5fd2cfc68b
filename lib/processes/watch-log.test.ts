import { expect, it } from 'vitest'
import { errorIn } from './watch-log.ts'

it('shows an error with its cause, and no lower level', () => {
  expect(errorIn('{"level":50,"msg":"poll failed","err":{"message":"no route"}}')).toBe(
    'poll failed: no route',
  )
  expect(errorIn('{"level":30,"msg":"polled"}')).toBeUndefined()
})

it('shows errors of programs that do not log as JSON', () => {
  expect(errorIn('TypeError: x is not a function')).toBe('TypeError: x is not a function')
  expect(errorIn(' ⨯ Error: broken page')).toBe('⨯ Error: broken page')
  expect(errorIn('  ⨯ turbopackSourceMaps')).toBeUndefined()
  expect(errorIn('Compiled without errors')).toBeUndefined()
  expect(errorIn('{broken')).toBeUndefined()
})
