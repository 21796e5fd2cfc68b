/**
 * What can be wrong with what people type, as a code and its figures. The words of each are in `fields.problem` of the catalogue: if you
 * add a code, the compiler asks for them.
 */
export type Said =
  | {
      code:
        | 'empty'
        | 'unknownField'
        | 'control'
        | 'turning'
        | 'invisible'
        | 'blanks'
        | 'email'
        | 'amountUnreadable'
        | 'amountNotPositive'
        | 'amountTooLarge'
        | 'limitZero'
        | 'belowPayoutLimit'
        | 'belowDayLimit'
        | 'currencyUnpaid'
        | 'fieldUnused'
        | 'notAnAccount'
        | 'ibanTypo'
        | 'labelEmpty'
        | 'labelNumber'
        | 'nothingToSave'
        | 'noSuchAccount'
        | 'twoAccounts'
        | 'nothingDiffers'
        | 'operatorChanges'
        | 'noteNumber'
        | 'notesMany'
        | 'outcome'
        | 'openAgain'
        | 'ownerUnknown'
        | 'scopesNone'
        | 'scopesOwner'
        | 'eventsNone'
        | 'eventsOwner'
        | 'anotherAccount'
        | 'roleFixed'
        | 'roleSame'
        | 'ruleTaken'
        | 'sourcesNone'
        | 'passwordOwn'
        | 'passwordCommon'
        | 'day'
        | 'moment'
        | 'momentPast'
        | 'pastMoment'
        | 'currencyCode'
        | 'oneCurrency'
        | 'phone'
        | 'httpsLink'
        | 'logoType'
        | 'colour'
        | 'chooseOne'
        | 'chooseZone'
        | 'otherEmail'
        | 'otherFirstName'
        | 'otherLastName'
        | 'phraseLink'
        | 'endpointUnknown'
        | 'endpointNumber'
        | 'endpointAddress'
        | 'endpointCurrencies'
        | 'endpointFields'
        | 'endpointHosts'
        | 'endpointCeiling'
        | 'endpointBalance'
        | 'endpointLowMarks'
        | 'endpointKey'
        | 'endpointControl'
        | 'endpointRoutes'
        | 'fieldPattern'
        | 'viewTaken'
        | 'tickFirst'
    }
  | {
      code: 'tooLong' | 'keyName' | 'viewName' | 'viewsMany' | 'tooMany' | 'reminderLate' | 'logoBytes'
      max: number
    }
  | {
      code: 'wholeNumber' | 'passwordLength' | 'phraseLength' | 'choose' | 'logoPixels'
      min: number
      max: number
    }
  | { code: 'momentFar'; days: number }
  | { code: 'oneOf'; list: string }
  /** An address that webhooks may not go to. */
  | { code: 'webhookAddress'; why: 'address' | 'https' | 'port' | 'private' }
  | { code: 'tooPale' | 'tooDark'; contrast: number; least: number }
  | { code: 'amountTwoReadings'; whole: string; fraction: string }
  | { code: 'amountDigits'; currency: string; digits: number }
  /** `field` is the gateway's name of it. */
  | { code: 'fieldMissing'; field: string }
  | { code: 'fieldTooLong'; field: string; max: number }

/**
 * One thing that is wrong with the input, named by its path (`destination.account_number`). `said` is for everybody; what only machines and
 * the operator at the command line can get wrong has an English `message`.
 */
export type InputProblem = { path: string } & (
  | { said: Said; message?: undefined }
  | { message: string; said?: undefined }
)
