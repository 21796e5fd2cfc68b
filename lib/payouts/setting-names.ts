/** The settings that are one number or one switch each, in the order of the page. */
export const settingNames = [
  'coolingOffH',
  'requireBalance',
  'requireBalanceMerchant',
  'grantHoldDays',
  'expireAfterDays',
  'remindBeforeH',
  'approvalLateH',
  'accessWaitH',
  'independentAfterDays',
  'escalateAfterH',
  'eventDays',
  'archiveAfterDays',
  'eraseAfterDays',
] as const
