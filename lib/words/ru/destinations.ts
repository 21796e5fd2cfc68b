import type { Same } from '../same.ts'
import type { destinations as english } from '../en/destinations.ts'

export const destinations = {
  title: 'Мои счета',
  lead: 'Куда мы можем отправить ваши деньги. Полные номера счетов хранятся в зашифрованном виде, здесь мы их не показываем.',
  savedTitle: 'Счёт сохранён',
  savedText: 'Мы отправили вам письмо о счёте <name></name>.',
  knownTitle: 'Этот счёт уже сохранён',
  emptyTitle: 'Сохранённых счетов пока нет',
  emptyText: 'Мы сохраним счёт, на который вы впервые выведете деньги. Добавить счёт можно и здесь.',
  addTitle: 'Добавить счёт',
  nickname: 'Название',
  nicknameHint: 'Например, «Зарплатный». Если оставить пустым, возьмём банк и последние четыре цифры.',
  save: 'Сохранить счёт',
  default: 'Основной',
  new: 'Новый',
  usableFrom: 'Доступен с <at></at>',
  coolingOff: 'Запросить вывод на него можно уже сейчас. Отправим его, когда счёт станет доступен.',
  unreadable: 'Сейчас этот счёт недоступен. Введите его заново или свяжитесь с нами.',
  withdraw: 'Вывести на <name>этот счёт</name>',
  makeDefault: 'Сделать основным',
  rename: 'Переименовать',
  newName: 'Новое название',
  notRenamed: 'Счёт не переименован',
  saveName: 'Сохранить название',
  remove: 'Удалить',
  removeQuestion:
    'Удалить <name></name>? Текущие запросы продолжатся. Счёт можно добавить снова в любое время.',
  removeYes: 'Да, удалить',
} as const satisfies Same<typeof english>
