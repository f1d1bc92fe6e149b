/** The names of the encodings that files of people have. */

const NAMES: Record<string, string> = {
  "utf-8": "Unicode",
  "utf-16le": "Unicode",
  "utf-16be": "Unicode",
  "windows-1252": "Western European",
  "iso-8859-15": "Western European",
  macintosh: "Western European",
  "windows-1250": "Central European",
  "iso-8859-2": "Central European",
  "windows-1257": "Baltic",
  "windows-1251": "Cyrillic",
  "iso-8859-5": "Cyrillic",
  "x-mac-cyrillic": "Cyrillic",
  "koi8-r": "Russian",
  "koi8-u": "Ukrainian",
  "windows-1253": "Greek",
  "iso-8859-7": "Greek",
  "windows-1254": "Turkish",
  "windows-1255": "Hebrew",
  "windows-1256": "Arabic",
  "windows-1258": "Vietnamese",
  "windows-874": "Thai",
  shift_jis: "Japanese",
  "euc-jp": "Japanese",
  gb18030: "Simplified Chinese",
  big5: "Traditional Chinese",
  "euc-kr": "Korean",
};

/** Names that are not written in capitals. */
const SMALL = /^windows-|^macintosh$|^x-mac-/;

export const ENCODINGS: readonly string[] = Object.keys(NAMES);

/** An encoding as people read it: `Unicode (UTF-8)`. */
export function encodingName(encoding: string): string {
  const label = SMALL.test(encoding) ? encoding : encoding.toUpperCase();
  const name = NAMES[encoding];
  return name ? `${name} (${label})` : label;
}
