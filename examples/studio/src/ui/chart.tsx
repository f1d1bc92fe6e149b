/** Stacked bars: a colour and a pattern for each series. */

import { useEffect, useId, useRef, useState } from "react";
import { day } from "./text";

export interface Series {
  readonly id: string;
  readonly name: string;
}

export interface Bar {
  readonly date: string;
  readonly total: number;
  readonly parts: ReadonlyMap<string, number>;
  /** What keeps it from being higher. */
  readonly notes: readonly string[];
}

interface ChartProps {
  /** A one-sentence summary. */
  label: string;
  unit: "day" | "week";
  bars: readonly Bar[];
  series: readonly Series[];
}

const HEIGHT = 220;
const TOP = 14;
const BOTTOM = 26;
const LEFT = 34;
const LABEL_WIDTH = 54;
const PATTERNS = 6;

export function Chart({ label, unit, bars, series }: ChartProps) {
  const id = useId().replace(/[^a-zA-Z0-9]/g, "");
  const { box, width } = useWidth();
  const most = Math.max(1, ...bars.map((bar) => bar.total));
  const ticks = niceTicks(most);
  const top = ticks.at(-1) ?? most;
  const plot = HEIGHT - TOP - BOTTOM;
  const y = (value: number) => TOP + plot * (1 - value / top);
  const slot = (width - LEFT) / bars.length;
  const thickness = Math.max(1, Math.min(36, slot * 0.72));
  const every = Math.max(1, Math.ceil(LABEL_WIDTH / slot));
  const fill = (index: number) => `url(#${id}-${index % PATTERNS})`;

  return (
    <div className="chart" ref={box}>
      <ul className="legend">
        {series.map(({ id: key, name }, index) => (
          <li key={key}>
            <svg width="14" height="14" aria-hidden="true">
              <rect width="14" height="14" rx="3" fill={fill(index)} />
            </svg>
            {name}
          </li>
        ))}
      </ul>
      <svg width={width} height={HEIGHT} role="img" aria-label={label}>
        <defs>
          {Array.from({ length: PATTERNS }, (_, index) => (
            <Pattern key={index} id={`${id}-${index}`} index={index} />
          ))}
        </defs>
        {ticks.map((tick) => (
          <g key={tick} className="tick">
            <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} />
            <text x={LEFT - 8} y={y(tick)} dy="0.32em" textAnchor="end">
              {tick}
            </text>
          </g>
        ))}
        {bars.map((bar, place) => {
          const x = LEFT + slot * place + (slot - thickness) / 2;
          let below = 0;
          return (
            <g key={bar.date} className="bar-group">
              <title>{told(bar, unit, series)}</title>
              <rect className="bar-slot" x={LEFT + slot * place} y={TOP} width={slot} height={plot} />
              {series.map(({ id: key }, index) => {
                const value = bar.parts.get(key) ?? 0;
                if (value === 0) return null;
                const bottom = y(below);
                below += value;
                const height = bottom - y(below);
                return (
                  <rect
                    key={key}
                    className="part"
                    x={x}
                    y={y(below)}
                    width={thickness}
                    height={height}
                    fill={fill(index)}
                  />
                );
              })}
              {bar.total > 0 && slot > 22 && (
                <text className="total" x={x + thickness / 2} y={y(bar.total) - 4} textAnchor="middle">
                  {bar.total}
                </text>
              )}
              {place % every === 0 && (
                <text className="date" x={LEFT + slot * (place + 0.5)} y={HEIGHT - 8} textAnchor="middle">
                  {day(bar.date)}
                </text>
              )}
            </g>
          );
        })}
        <line className="ground" x1={LEFT} x2={width} y1={y(0)} y2={y(0)} />
      </svg>
    </div>
  );
}

function told(bar: Bar, unit: "day" | "week", series: readonly Series[]): string {
  const date = day(bar.date, { weekday: "short", day: "numeric", month: "short" });
  const parts = series.flatMap(({ id, name }) => (bar.parts.has(id) ? [`${name} ${bar.parts.get(id)}`] : []));
  const notes = bar.notes.map((note) => `More kept back by ${note}`);
  return [`${unit === "week" ? "Week of " : ""}${date}: ${bar.total}`, ...parts, ...notes].join("\n");
}

/** A fill in the colour of a series, with a texture that distinguishes it without the colour. */
function Pattern({ id, index }: { id: string; index: number }) {
  const texture = [
    null,
    <path key="t" d="M-2 2l4-4M0 8l8-8M6 10l4-4" />,
    <circle key="t" cx="4" cy="4" r="1.4" />,
    <path key="t" d="M0 4h8" />,
    <path key="t" d="M4 0v8" />,
    <path key="t" d="M0 4h8M4 0v8" />,
  ][index];
  return (
    <pattern id={id} width="8" height="8" patternUnits="userSpaceOnUse" className={`series series-${index + 1}`}>
      <rect width="8" height="8" />
      {texture}
    </pattern>
  );
}

function useWidth() {
  const box = useRef<HTMLDivElement>(null);
  const [width, setWidth] = useState(640);
  useEffect(() => {
    if (!box.current) return;
    const observer = new ResizeObserver(([entry]) => entry && setWidth(Math.max(240, entry.contentRect.width)));
    observer.observe(box.current);
    return () => observer.disconnect();
  }, []);
  return { box, width };
}

/** Round numbers from zero to at least `most`. */
function niceTicks(most: number): number[] {
  const rough = most / 4;
  const power = 10 ** Math.floor(Math.log10(Math.max(rough, 1)));
  const step = Math.max(1, [1, 2, 5, 10].map((factor) => factor * power).find((size) => size >= rough) ?? rough);
  return Array.from({ length: Math.ceil(most / step) + 1 }, (_, index) => index * step);
}
