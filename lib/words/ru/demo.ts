import type { Same } from '../same.ts'
import type { demo as english } from '../en/demo.ts'

export const demo = {
  codes: {
    title: 'Демо-коды',
    lead: 'Коды, которые сейчас показывают приложения сотрудников демо. Каждый действует один раз: использовали — берите следующий.',
    emptyTitle: 'Здесь нет учётных записей демо',
    emptyText: 'Загрузите демо-данные командой <demo></demo> или <seed></seed>.',
    next: 'следующий <code></code>',
  },
  mail: {
    title: 'Демо-почта',
    lead: 'Все письма, которые мы бы отправили, сначала новые. Их видит каждый, кто может открыть эту страницу.',
    emptyTitle: 'Писем пока нет',
    emptyText: 'Запросите вывод. Первое письмо придёт, когда понадобится решение или ваш банк.',
    to: 'кому: <recipient></recipient>',
    sending: 'отправляется',
    asHtml: 'Показать как HTML',
    sealed: 'Текст зашифрован другим ключом.',
  },
} as const satisfies Same<typeof english>
