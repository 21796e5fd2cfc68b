import type { Same } from '../same.ts'
import type { decision as english } from '../en/decision.ts'

export const decision = {
  approve: {
    failed: 'Не согласовано',
    note: 'Комментарий',
    hint: 'Для коллег и журнала действий.',
    hintSame: 'Такая же выплата запрошена в пределах суток. Объясните, почему это не дубликат.',
  },
  undo: { button: 'Отозвать согласование', failed: 'Согласование не отозвано' },
  tooLate: 'Поздно: платёж только что отправлен.',
  reject: {
    failed: 'Отказ не записан',
    template: 'Шаблон',
    own: 'Написать свою причину',
  },
  retry: 'Повторить выплату',
  countdown: 'Отправим <at></at><left></left>',
  left: {
    seconds: ', через {s, number} с',
    minutes: ', через {min, number} мин {s, number} с',
    hours: ', через {h, number} ч {min, number} мин',
    days: ', через {d, plural, one {# день} few {# дня} many {# дней} other {# дня}}',
    now: ', сейчас',
  },
  changed: {
    title: 'Данные изменились',
    text: 'С тех пор как вы открыли страницу, изменилось то, о чём вы принимаете решение.',
    link: 'Показать актуальную версию',
  },
  reveal: {
    section: 'Полный номер счёта',
    noScripts: 'Чтобы увидеть полный номер счёта, включите JavaScript: он снова скроет номер.',
    show: 'Показать номер счёта',
    hint: 'Номер будет виден минуту и только вам. Просмотр записывается в историю.',
    submit: 'Показать',
    cancel: 'Отмена',
    hide: 'Скрыть',
  },
} as const satisfies Same<typeof english>
