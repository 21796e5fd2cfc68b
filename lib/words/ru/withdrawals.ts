import type { Same } from '../same.ts'
import type { withdrawals as english } from '../en/withdrawals.ts'

export const withdrawals = {
  title: 'Мои выводы',
  withdraw: 'Вывести деньги',
  filter: {
    title: 'Фильтр',
    show: 'Показать',
    status: { all: 'Все', open: 'В работе', paid: 'Выплаченные', unpaid: 'Невыплаченные' },
    from: 'С даты',
    to: 'По дату',
    search: 'Поиск',
    searchHint: 'Номер выплаты, сумма, банк или последние четыре цифры.',
    apply: 'Применить',
    clear: 'Сбросить фильтры',
    nothingTitle: 'Ничего не найдено',
    nothingText: 'Измените фильтры или сбросьте их.',
  },
  emptyTitle: 'Выводов пока нет',
  emptyText: 'Когда вы запросите вывод, здесь будет видно, на каком он этапе и что дальше.',
  frozenAccount: 'Счёт заблокирован: не отправим платёж, пока не проверим его вместе с вами.',
  newAccount: 'Счёт новый: отправим платёж не раньше <at></at>.',
  linkExpired: 'Срок действия страницы статуса истёк.',
  view: 'Посмотреть статус<of> выплаты {amount}</of>',
  cancel: 'Отменить',
  cancelQuestion: 'Отменить вывод {amount}? Мы его не отправим. Запросить вывод снова можно в любое время.',
  cancelYes: 'Да, отменить',
  changedTitle: 'Статус изменился',
  changedText: 'Вывод уже отправлен или завершён, отменить его нельзя.',
} as const satisfies Same<typeof english>
