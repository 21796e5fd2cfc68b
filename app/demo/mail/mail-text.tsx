/** A plain-text mail with links you can follow. */
export function MailText({ text }: { text: string }) {
  return (
    <p className="mt-3 text-[0.9375rem] leading-6 break-words whitespace-pre-line text-ink-2">
      <bdi>
        {text.split(/(https?:\/\/[^\s]+)/).map((part, index) =>
          // Every second part of the split is an address.
          index % 2 === 1 ? (
            <a key={index} href={part} rel="noreferrer" className="text-link break-all">
              {part}
            </a>
          ) : (
            part
          ),
        )}
      </bdi>
    </p>
  )
}
