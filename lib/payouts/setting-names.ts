/** The settings that are on or off. */
export const settingSwitches = ['requireBalance', 'requireBalanceMerchant'] as const

type Switch = (typeof settingSwitches)[number]

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

type NumberSetting = Exclude<(typeof settingNames)[number], Switch>

const isNumber = (name: (typeof settingNames)[number]): name is NumberSetting =>
  !settingSwitches.some((one) => one === name)

/** Those that are one number. */
export const settingNumbers = settingNames.filter(isNumber)
