import type { ApproverRole } from './policy.ts'
import type { PayoutStatus } from './transitions.ts'

/**
 * What a refusal adds to its text: who, how much, until when. The words of each are in `refusals.detail` of the catalogue. Amounts are as
 * `displayAmount` writes them.
 */
export type RefusalDetail =
  | { code: 'accountUnreadable' | 'typeAccount' | 'howYouKnow' }
  | { code: 'by'; names: string }
  | { code: 'isNow'; status: PayoutStatus }
  | { code: 'usedToday'; used: string; most: string }
  | { code: 'available'; amount: string }
  /** `then` more from that moment; of the second, more after that. */
  | { code: 'availableNow' | 'availableInParts'; now: string; then: string; from: Date }
  | { code: 'mostPerPayout' | 'mostToday' | 'mostThisMonth'; most: string }
  | { code: 'gave'; amount: string; receiver: string }
  | { code: 'row'; reference: string }
  | { code: 'approversLacking'; asked: number; able: number }
  | { code: 'roleNeeded'; role: ApproverRole }
  | { code: 'roleLacking'; rule: string; role: ApproverRole }
