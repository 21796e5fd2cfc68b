import type { Same } from '../same.ts'
import type { common as english } from '../en/common.ts'

export const common = {
  account: {
    endingIn: 'последние цифры',
    notNamed: 'не указан',
    unnamed: 'Счёт',
    ending: 'Счёт, *{last4}',
    bankEnding: '{bank}, *{last4}',
  },
  age: {
    underMinute: 'меньше минуты',
    minutes: '{n, number} мин',
    hours: '{n, number} ч',
    days: '{n, plural, one {# день} few {# дня} many {# дней} other {# дня}}',
  },
  keep: 'Оставить как есть',
  contactUs: 'Связаться с нами:',
  askCardzo: 'Запросить Cardzo<of>: <what></what></of>',
  copy: {
    copy: 'Скопировать текст',
    copied: 'Скопировано.',
    selected: 'Текст выделен. Скопируйте его с клавиатуры.',
  },
  form: {
    fixThese: 'Исправьте ошибки:',
    enterCode: 'Введите код, который сейчас показывает приложение-аутентификатор.',
    enterReason: 'Укажите причину.',
    optional: 'необязательно',
    changed: 'Данные изменились',
    changedTitle: '{title}: данные изменились',
    showNow: 'Показать актуальные данные',
    openFirst: 'Открыть тот запрос',
    startNew: 'Создать новый',
    signInAgain: 'Войти и вернуться сюда',
    code: 'Одноразовый код',
    codeHint: 'Из приложения-аутентификатора. Каждый код действует один раз. Подойдёт и резервный код.',
    newPassword: 'Новый пароль',
    newPasswordHint: 'Не менее 12 символов. Несколько слов подряд легко запомнить и трудно подобрать.',
  },
} as const satisfies Same<typeof english>
