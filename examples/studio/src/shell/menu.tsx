/** A button that opens a list of choices: a native popover, so Escape and a click elsewhere close it. */

import { useId, useRef, type ReactNode } from "react";

export interface Choice {
  readonly label: string;
  readonly detail?: string;
  choose(): void;
}

interface MenuProps {
  /** The text of the button; it must make sense to people who do not see its surroundings. */
  label: ReactNode;
  /** What the choices are about. */
  name: string;
  groups: readonly { title?: string; choices: readonly Choice[] }[];
  className?: string;
}

export function Menu({ label, name, groups, className }: MenuProps) {
  const id = useId();
  const anchor = `--${id.replace(/[^a-zA-Z0-9]/g, "")}`;
  const list = useRef<HTMLDivElement>(null);
  return (
    <>
      <button
        type="button"
        className={`${className ?? ""} small`}
        popoverTarget={id}
        aria-haspopup="dialog"
        style={{ anchorName: anchor }}
      >
        {label}
      </button>
      <div
        ref={list}
        id={id}
        popover="auto"
        role="dialog"
        aria-label={name}
        className="menu"
        style={{ positionAnchor: anchor }}
      >
        {groups.map(({ title, choices }, group) => (
          <div key={group} role="group" aria-label={title ?? name}>
            {title && <p className="menu-title">{title}</p>}
            {choices.map((choice) => (
              <button
                key={choice.label}
                type="button"
                onClick={() => {
                  list.current?.hidePopover();
                  choice.choose();
                }}
              >
                <span>{choice.label}</span>
                {choice.detail && <small>{choice.detail}</small>}
              </button>
            ))}
          </div>
        ))}
      </div>
    </>
  );
}
