/** Pictures next to words; they never replace a name. */

const PATHS = {
  plus: "M8 3v10M3 8h10",
  up: "M8 13V3M4 7l4-4 4 4",
  down: "M8 3v10M4 9l4 4 4-4",
  trash: "M3 4.5h10M6.5 4.5V3h3v1.5M4.5 4.5l.6 8.5h5.8l.6-8.5M6.8 7v3.5M9.2 7v3.5",
  close: "M4 4l8 8M12 4l-8 8",
  mail: "M2.5 4h11v8h-11zM2.5 4.5L8 9l5.5-4.5",
  clock: "M8 14A6 6 0 1 0 8 2a6 6 0 0 0 0 12zM8 4.8V8l2.2 1.5",
  link: "M6.5 9.5l3-3M7 5l1.2-1.2a2.7 2.7 0 0 1 4 4L11 9M9 11l-1.2 1.2a2.7 2.7 0 0 1-4-4L5 7",
  flag: "M4 14V2.5M4 3h8l-1.8 2.7L12 8.5H4",
  gear: "M8 10.2a2.2 2.2 0 1 0 0-4.4 2.2 2.2 0 0 0 0 4.4zM8 1.8v2M8 12.2v2M1.8 8h2M12.2 8h2M3.6 3.6l1.4 1.4M11 11l1.4 1.4M12.4 3.6L11 5M5 11l-1.4 1.4",
  disk: "M2.5 3.5h11v9h-11zM2.5 8h11M5 5.7h.01M5 10.3h.01",
  braces:
    "M6 3c-2 0-1.5 1.5-1.5 3S4 8 3 8c1 0 1.5.5 1.5 2S4 13 6 13M10 3c2 0 1.5 1.5 1.5 3S12 8 13 8c-1 0-1.5.5-1.5 2s.5 3-1.5 3",
  check: "M3.5 8.5l3 3 6-7",
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }) {
  return (
    <svg className="icon" viewBox="0 0 16 16" width="16" height="16" aria-hidden="true">
      <path d={PATHS[name]} />
    </svg>
  );
}
