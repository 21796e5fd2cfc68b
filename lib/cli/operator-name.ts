import { userInfo } from 'node:os'
import process from 'node:process'

/** Who gives the commands, for the audit trail: this machine's name for the user or, in a container, which has none, its number. */
export function operatorName(nameOfUser = () => userInfo().username): string {
  try {
    return nameOfUser()
  } catch (error) {
    if (error instanceof Error && 'code' in error && error.code === 'ERR_SYSTEM_ERROR')
      return `user ${process.getuid?.() ?? '?'}`
    throw error
  }
}
