import type { Same } from '../same.ts'
import type { callbacks as english } from '../en/callbacks.ts'

export const callbacks = {
  title: 'Колбэки',
  intro:
    'Все сообщения, которые прислал Cardzo. Колбэк сам ничего не меняет: мы запрашиваем статус у Cardzo, и решает этот ответ.',
  views: 'Показать',
  all: 'Все',
  look: 'Требуют внимания',
  refused: 'Отклонённые',
  missed: 'Не пришедшие',
  none: 'Здесь нет колбэков',
  noneText: 'Ничего подходящего не приходило.',
  delivered:
    '{n, plural, one {Доставлен # раз} few {Доставлен # раза} many {Доставлен # раз} other {Доставлен # раза}}',
  last: 'последний <at></at>',
  verdict: {
    waits: 'Ждёт сверки',
    agrees: 'Совпадает со статусом Cardzo',
    disagrees: 'Расходится со статусом Cardzo',
    claimsMoney: 'Сообщает об оплате, хотя выплата закончилась без неё',
    operation: 'О другой операции по этому ордеру',
    otherOrder: 'О другом ордере',
    unmatched: 'Нет такой выплаты',
  },
  order: 'Ордер {order}, номер выплаты {reference}',
  open: 'Открыть выплату',
  replayHint: 'Ещё раз запрашивает у Cardzo статус выплаты. Больше ничего не происходит.',
  fields: 'Содержание',
  refusedIntro:
    'Последние 500 сообщений, которые мы отклонили. Они ничего не изменили. Прислать такое может кто угодно, поэтому не верьте их содержанию.',
  reason: {
    malformed: 'Не читается',
    wrong_control: 'Неверная подпись',
    shifted_ids: 'Подпись других номеров',
  },
  from: 'с адреса {network}',
  missedIntro:
    'Выплаты, которые закончились в Cardzo, но колбэк не пришёл: мы узнали об этом, спросив сами. Дни по UTC, последние 10 000 выплат.',
  day: 'День',
  ended: 'Закончилось',
  neverCame: 'Без колбэка',
  missedOf: 'Выплаты за {day} без колбэка',
  allCame: 'Пришли все колбэки.',
} as const satisfies Same<typeof english>
