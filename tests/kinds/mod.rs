//! Files of every kind that an import may get, of any size: as programs write them, and as an attacker would.
#![allow(dead_code, reason = "a test and a benchmark use it")]

use encoding_rs::Encoding;

/// A kind of file.
pub struct Kind {
    pub name: &'static str,
    /// The encoding to request, where it cannot be detected.
    pub encoding: Option<&'static str>,
    make: fn(usize) -> Vec<u8>,
}

impl Kind {
    /// A file of about this many bytes.
    pub fn file(&self, size: usize) -> Vec<u8> {
        (self.make)(size)
    }
}

const fn kind(name: &'static str, make: fn(usize) -> Vec<u8>) -> Kind {
    Kind { name, encoding: None, make }
}

/// Files as programs write them.
pub const USUAL: [Kind; 19] = [
    kind("UTF-8", |size| table(size, "utf-8", "First,Last & Sons")),
    kind("UTF-16 with a mark", |size| [b"\xFF\xFE", &*table(size, "utf-16le", "Zoë,Söhne")].concat()),
    kind("UTF-16 without a mark", |size| table(size, "utf-16be", "Zoë,Söhne")),
    kind("windows-1252", |size| table(size, "windows-1252", "Jürgen,Söhne – Köln")),
    kind("windows-1251", |size| table(size, "windows-1251", "Иван Иванович,Общество с ограниченной")),
    kind("Shift_JIS", |size| table(size, "shift_jis", "山田 太郎,株式会社ソニー商店")),
    kind("EUC-JP", |size| table(size, "euc-jp", "山田 太郎,株式会社ソニー商店")),
    kind("GB18030", |size| table(size, "gb18030", "王小明,上海示例有限公司")),
    kind("Big5", |size| table(size, "big5", "陳大文,臺北範例有限公司")),
    kind("EUC-KR", |size| table(size, "euc-kr", "김철수,서울 예시 주식회사")),
    Kind {
        encoding: Some("iso-2022-jp"), ..kind("ISO-2022-JP", |size| table(size, "iso-2022-jp", "山田,株式会社"))
    },
    kind("rows quoted as a whole", |size| quoted(size, "utf-8", "First,Last")),
    kind("the same in windows-1251", |size| quoted(size, "windows-1251", "Иван,Общество")),
    kind("no header", |size| {
        let row = |n| format!("{},First{n},Company {},Head of Sales,row {n}\r\n", address(n), n % 977);
        rows(size, "utf-8", "", row)
    }),
    kind("short rows", |size| rows(size.min(8 << 20), "utf-8", "Email\n", |n| format!("{n:06}@b.co\n"))),
    kind("long cells", |size| {
        rows(size, "utf-8", "Email,Notes\n", |n| format!("{},\"{}\"\n", address(n), "A long note.\n".repeat(700)))
    }),
    kind("several addresses", |size| {
        let row = |n| format!("\"{0}; Ana <x{0}>, y{0}\",\"{0}\nz{0}\",Ana\n", address(n));
        rows(size, "utf-8", "Email,Other emails,Name\n", row)
    }),
    kind("titles above", |size| {
        let titles = "Report of the year,,\n,,\n".repeat(9);
        [titles.as_bytes(), &table(size, "utf-8", "First,Last")].concat()
    }),
    kind("half of it notes", |size| {
        let notes = format!("Notes:\n{}\n", "What LinkedIn says of it.\n".repeat(size / 52));
        [notes.as_bytes(), &table(size / 2, "utf-8", "First,Last")].concat()
    }),
];

/// Files that somebody makes to see what happens.
pub const ODD: [Kind; 29] = [
    kind("quotes", |size| b"\"".repeat(size)),
    kind("quoted nothing", |size| b"\"\",".repeat(size / 3)),
    kind("a quote that is not closed", |size| [b"a,b\n\"", &*table(size, "utf-8", "First,Last")].concat()),
    kind("quotes in cells", |size| rows(size, "utf-8", "a,b\n", |_| "\"x\"y\"z\",\"\"\"\n\"\"\",'\n".repeat(9))),
    kind("delimiters", |size| b",".repeat(size)),
    kind("a header of delimiters and an address", |size| {
        let header = [b"Email".as_slice(), &b",".repeat(16_383), b"\n"].concat();
        rows_of(size.min(4 << 20), &header, |_| b"a@b.co\n".to_vec())
    }),
    kind("line ends", |size| b"\n".repeat(size)),
    kind("returns", |size| [&*b"\r".repeat(size / 2), b"Email\ra@b.co\r", &*b"\r".repeat(size / 2)].concat()),
    kind("spaces", |size| [&*b" ".repeat(size), b"\n"].concat()),
    kind("0x80", |size| b"\x80".repeat(size)),
    kind("rows of 0x80", |size| rows_of(size, b"Email,Name\n", |_| [&*b"\x80".repeat(200), b",\x80\n"].concat())),
    kind("0xFF", |size| b"\xFF".repeat(size)),
    kind("rows of every byte", |size| {
        rows_of(size, b"Email,Name\n", |_| [b"a@b.co,".to_vec(), (0x80..=0xFF).collect(), b"\n".to_vec()].concat())
    }),
    kind("zeros", |size| b"\0".repeat(size)),
    kind("letters without a line end", |size| b"a".repeat(size)),
    kind("at signs", |size| b"a@b,".repeat(size / 4)),
    kind("cells of at signs", |size| cells(size, b"a@")),
    kind("cells of addresses", |size| cells(size, b"a@b.co ")),
    kind("cells of mailto:", |size| cells(size, b"mailto:")),
    kind("cells of brackets", |size| cells(size, b"<a@b.co>")),
    kind("cells of LinkedIn", |size| cells(size, b"linkedin.com/in/")),
    kind("cells of dots", |size| cells(size, b".")),
    kind("formulas", |size| cells(size, b"=\"\"")),
    kind("open formulas", |size| [b"Email\n", &*b"=\"a,".repeat(size / 4)].concat()),
    kind("wide rows", |size| rows(size, "utf-8", "Email,Name\n", |_| format!("a@b.co{}\n", ",cell".repeat(16_000)))),
    kind("kana of half the width", |size| {
        rows_of(size, b"Email,Name\n", |_| [b"a@b.co,", &*b"\xB1\xB2\xB3\xB4\xB5".repeat(40), b"\n"].concat())
    }),
    kind("GB18030 without a line end", |size| b"\xCD\xF5\xD0\xA1\xC3\xF7".repeat(size / 6)),
    kind("byte order marks", |size| "\u{feff}".repeat(size / 3).into_bytes()),
    kind("UTF-8 but for the last line", |size| [&*table(size, "utf-8", "Zoë,Söhne"), b"\xFF\n"].concat()),
];

/// A name, a company and an address, as a spreadsheet program saves them: about 100 bytes a row.
fn table(size: usize, label: &str, of: &str) -> Vec<u8> {
    let row = |n| format!("{},{of} {},Head of Sales,{},row {n}\r\n", address(n), n % 977, n % 50 * 1_000);
    rows(size, label, "Email,First Name,Company,Position,Deal Size,Notes\r\n", row)
}

/// The same, where every row is one cell.
fn quoted(size: usize, label: &str, of: &str) -> Vec<u8> {
    let row = |n| format!("\"{},{of} {},\"\"Head, of Sales\"\",row {n} and so on and on\"\r\n", address(n), n % 977);
    rows(size, label, "\"Email,First Name,Company,Position,Notes\"\r\n", row)
}

/// Addresses are in no order, as in real files.
fn address(n: usize) -> String {
    format!("p{:x}@company{}.example", (n as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 24, n % 977)
}

/// Rows of cells that are nearly as large as a cell can be, or so large that three fit.
fn cells(size: usize, piece: &[u8]) -> Vec<u8> {
    let cell = piece.repeat((size / 6).min(1_000_000) / piece.len());
    rows_of(size, b"Email,LinkedIn,Name\n", |_| {
        [b"\"", &*cell, b"\",a,\n\"", &*cell, b"\",\"", &*cell, b"\"\n"].concat()
    })
}

fn rows(size: usize, label: &str, header: &str, row: impl Fn(usize) -> String) -> Vec<u8> {
    rows_of(size, &encoded(header, label), |n| encoded(&row(n), label))
}

fn rows_of(size: usize, header: &[u8], row: impl Fn(usize) -> Vec<u8>) -> Vec<u8> {
    let mut file = header.to_vec();
    for n in 0.. {
        if file.len() >= size {
            break;
        }
        file.extend(row(n));
    }
    file
}

fn encoded(text: &str, label: &str) -> Vec<u8> {
    match label {
        "utf-16le" => text.encode_utf16().flat_map(u16::to_le_bytes).collect(),
        "utf-16be" => text.encode_utf16().flat_map(u16::to_be_bytes).collect(),
        label => Encoding::for_label(label.as_bytes())
            .map(|encoding| encoding.encode(text).0.into_owned())
            .unwrap_or_default(),
    }
}
