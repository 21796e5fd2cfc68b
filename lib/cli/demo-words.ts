// What the demo's merchant wrote about the error codes of our simulator, as an admin would on the settings page. Nothing of it is shipped:
// a real gateway's codes mean something else.
import type { CodeWords } from '#lib/payouts/error-codes.ts'

export const demoWords: Readonly<Record<string, CodeWords>> = {
  '5': {
    en: {
      receiver: 'Your bank didn’t accept the payment.',
      todo: 'Ask your bank why, or request it again to another account.',
      staff:
        'The receiver’s bank declined it. Nothing to do for us; a retry to the same account usually fails again.',
    },
    ru: {
      receiver: 'Ваш банк не принял платёж.',
      todo: 'Узнайте причину в банке или запросите выплату на другой счёт.',
      staff:
        'Отклонил банк получателя. От нас ничего не требуется; повтор на тот же счёт обычно тоже не проходит.',
    },
  },
  '8': {
    en: {
      receiver: 'A security check stopped this payment.',
      todo: 'Contact us, and we’ll look into it.',
      staff:
        'Stopped by the gateway’s fraud rules. Look at the receiver’s risk checks before anybody asks the gateway to let it pass.',
    },
    ru: {
      receiver: 'Платёж остановлен проверкой безопасности.',
      todo: 'Свяжитесь с нами, и мы разберёмся.',
      staff:
        'Остановили антифрод-правила шлюза. Прежде чем просить шлюз пропустить платёж, посмотрите проверки риска получателя.',
    },
  },
  '17': {
    en: {
      receiver: 'The payment was declined on your bank’s form.',
      todo: 'If that was a mistake, request it again.',
      staff:
        'The receiver pressed “Decline” on the bank’s form. Ask them by another way if they say it wasn’t them.',
    },
    ru: {
      receiver: 'Платёж отклонён в форме вашего банка.',
      todo: 'Если это ошибка, запросите выплату ещё раз.',
      staff:
        'Получатель нажал «Отклонить» в форме банка. Если он говорит, что это был не он, уточните другим способом.',
    },
  },
  '51': {
    en: {
      receiver: 'Your account can’t receive this amount.',
      todo: 'Request a smaller amount, or use another account.',
      staff: 'The account has a limit for incoming payments. A smaller amount may pass.',
    },
    ru: {
      receiver: 'Ваш счёт не может принять такую сумму.',
      todo: 'Запросите меньшую сумму или укажите другой счёт.',
      staff: 'У счёта есть лимит входящих платежей. Меньшая сумма может пройти.',
    },
  },
  '99': {
    en: {
      receiver: 'Something went wrong at the bank.',
      todo: 'Request it again in an hour. If it fails again, contact us.',
      staff: 'An internal error of the bank. Retry it once; if it comes back, ask the gateway’s support.',
    },
    ru: {
      receiver: 'В банке произошёл сбой.',
      todo: 'Запросите выплату снова через час. Если не получится, свяжитесь с нами.',
      staff: 'Внутренняя ошибка банка. Повторите один раз; если не пройдёт, обратитесь в поддержку шлюза.',
    },
  },
}
