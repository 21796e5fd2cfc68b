import type { Same } from '../same.ts'
import type { cockpit as english } from '../en/cockpit.ts'

export const cockpit = {
  title: 'Обзор',
  needsYou: 'Ждёт вас',
  nothing: 'Сейчас от вас ничего не требуется.',
  readOnly: 'У вас доступ только для чтения, поэтому вас ничего не ждёт.',
  toApprove: 'На согласование',
  othersDecide: 'Ждут других',
  yourItems: 'Ваши задачи',
  proposals: 'Подтвердить предложения',
  outOfOrder: 'Не в порядке',
  inOrder: 'Всё в порядке.',
  items: 'Открытые задачи',
  late: 'Слишком долго',
  unknown: 'Результат неизвестен',
  money: 'Учёт не сходится',
  underWay: 'В работе',
  idle: 'Выплат в работе нет.',
  because: {
    deadline: 'Скоро истечёт',
    amount: 'Крупная сумма',
  },
  taken: {
    byYou: 'Вы смотрите эту выплату до <at></at>',
    byOther: 'Эту выплату до <at></at> смотрит <name></name>',
    take: 'Посмотрю я',
    drop: 'Больше не смотрю',
    of: '{amount}, <name></name>',
  },
} as const satisfies Same<typeof english>
