//! Plain data on its way in and out in one crossing: as numbers and one text. `packed.js` has the other half, and says what the
//! numbers are.

use std::cell::RefCell;
use std::convert::Infallible;
use std::fmt::{Display, Write};

use campaignkit::{Input, Number};
use serde::ser::{self, Serialize, Serializer};
use wasm_bindgen::prelude::*;

#[wasm_bindgen(module = "/src/packed.js")]
extern "C" {
    fn pack(value: &JsValue, memory: &JsValue, numbers: *mut u32, count: usize, text: *mut u8, bytes: usize) -> usize;
    fn unpack(memory: &JsValue, numbers: *const u32, text: *const u8, bytes: usize) -> JsValue;
}

const CONSTANT: u32 = 0;
const TEXT: u32 = 1;
const WIDE_TEXT: u32 = 2;
const INTEGER: u32 = 3;
const FLOAT: u32 = 4;
const LIST: u32 = 5;
const OBJECT: u32 = 6;
const NAME: u32 = 7;

/// Where JavaScript puts requests.
struct Room {
    numbers: Vec<u32>,
    text: Vec<u8>,
}

thread_local! {
    static MEMORY: JsValue = wasm_bindgen::memory();
    static ROOM: RefCell<Room> = RefCell::new(Room { numbers: vec![0; 4_096], text: vec![0; 65_536] });
}

/// A small value that is plain data; none for any other.
pub(crate) fn read(value: &JsValue) -> Option<Input> {
    ROOM.with(|room| {
        // A getter of another request has called the engine.
        let Room { numbers, text } = &mut *room.try_borrow_mut().ok()?;
        let (place, text_place) = (numbers.as_mut_ptr(), text.as_mut_ptr());
        let count = MEMORY.with(|memory| pack(value, memory, place, numbers.len(), text_place, text.len()));
        let (bytes, numbers) = numbers.get(..count)?.split_first()?;
        let text = std::str::from_utf8(text.get(..*bytes as usize)?).ok()?;
        // Half a pair of surrogates became this character: which value had it is not known.
        if !text.is_ascii() && text.contains(char::REPLACEMENT_CHARACTER) {
            return None;
        }
        Packed { numbers, text }.value()
    })
}

/// What is left to read.
struct Packed<'p> {
    numbers: &'p [u32],
    text: &'p str,
}

impl Packed<'_> {
    fn number(&mut self) -> Option<u32> {
        let (first, rest) = self.numbers.split_first()?;
        self.numbers = rest;
        Some(*first)
    }

    fn value(&mut self) -> Option<Input> {
        let head = self.number()?;
        let count = head >> 3;
        Some(match head & 7 {
            CONSTANT if count == 0 => Input::NONE,
            CONSTANT => (count == 2).into(),
            TEXT => self.text(count)?.into(),
            INTEGER => Number::Int((head.cast_signed() >> 3).into()).into(),
            FLOAT => {
                let (high, low) = (self.number()?, self.number()?);
                Number::from(f64::from_bits(u64::from(high) << 32 | u64::from(low))).into()
            }
            LIST => (0..count).map(|_| self.value()).collect::<Option<Input>>()?,
            OBJECT => (0..count).map(|_| self.field()).collect::<Option<Input>>()?,
            _ => return None,
        })
    }

    fn field(&mut self) -> Option<(String, Input)> {
        let head = self.number()?;
        Some((self.text(head >> 3)?, self.value()?))
    }

    fn text(&mut self, bytes: u32) -> Option<String> {
        let (text, rest) = self.text.split_at_checked(bytes as usize)?;
        self.text = rest;
        Some(text.to_owned())
    }
}

/// The JavaScript value of a result.
pub(crate) fn write(value: &impl Serialize) -> JsValue {
    let mut packer = Packer::default();
    let Ok(()) = value.serialize(&mut packer);
    let Packer { numbers, text } = packer;
    MEMORY.with(|memory| unpack(memory, numbers.as_ptr(), text.as_ptr(), text.len()))
}

#[derive(Default)]
struct Packer {
    numbers: Vec<u32>,
    text: String,
}

/// It does not fail: the code that serializes needs no way out.
#[derive(Debug)]
struct Never(Infallible);

impl Display for Never {
    fn fmt(&self, _: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self.0 {}
    }
}

impl std::error::Error for Never {}

impl ser::Error for Never {
    fn custom<T: Display>(_: T) -> Self {
        // No type of ours refuses to be serialized.
        std::process::abort()
    }
}

impl Packer {
    fn put(&mut self, kind: u32, count: usize) {
        self.numbers.push((count as u32) << 3 | kind);
    }

    /// The text that was added after this place.
    fn put_text(&mut self, start: usize) {
        let added = self.text.get(start..).unwrap_or_default();
        let (bytes, is_ascii) = (added.len(), added.is_ascii());
        let units = if is_ascii { bytes } else { added.encode_utf16().count() };
        self.put(if is_ascii { TEXT } else { WIDE_TEXT }, bytes);
        if !is_ascii {
            self.numbers.push(units as u32);
        }
    }

    fn put_name(&mut self, name: &'static str) {
        self.put(NAME, name.len());
        self.numbers.push(name.as_ptr() as u32);
    }

    fn put_integer(&mut self, value: i64) {
        // Three bits are the kind's.
        match i32::try_from(value) {
            Ok(small) if small << 3 >> 3 == small => self.numbers.push((small << 3).cast_unsigned() | INTEGER),
            _ => self.put_float(value as f64),
        }
    }

    fn put_float(&mut self, value: f64) {
        let bits = value.to_bits();
        self.numbers.extend([FLOAT, (bits >> 32) as u32, bits as u32]);
    }

    fn begin(&mut self, kind: u32) -> Parts<'_> {
        let head = self.numbers.len();
        self.numbers.push(0);
        Parts { packer: self, kind, head, count: 0 }
    }

    /// An object with one field.
    fn begin_variant(&mut self, variant: &'static str) {
        self.put(OBJECT, 1);
        self.put_name(variant);
    }
}

/// A list or an object, whose parts are counted.
struct Parts<'p> {
    packer: &'p mut Packer,
    kind: u32,
    head: usize,
    count: u32,
}

impl Parts<'_> {
    fn add<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), Never> {
        self.count += 1;
        part.serialize(&mut *self.packer)
    }

    fn add_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Never> {
        self.packer.put_name(name);
        self.add(value)
    }

    fn finish(self) -> Result<(), Never> {
        if let Some(head) = self.packer.numbers.get_mut(self.head) {
            *head = self.count << 3 | self.kind;
        }
        Ok(())
    }
}

macro_rules! integers {
    ($($serialize:ident($integer:ty))*) => {
        $(fn $serialize(self, value: $integer) -> Result<(), Never> {
            self.serialize_i64(value.into())
        })*
    };
}

impl<'p> Serializer for &'p mut Packer {
    type Ok = ();
    type Error = Never;
    type SerializeSeq = Parts<'p>;
    type SerializeTuple = Parts<'p>;
    type SerializeTupleStruct = Parts<'p>;
    type SerializeTupleVariant = Parts<'p>;
    type SerializeMap = Parts<'p>;
    type SerializeStruct = Parts<'p>;
    type SerializeStructVariant = Parts<'p>;

    fn serialize_bool(self, value: bool) -> Result<(), Never> {
        self.put(CONSTANT, if value { 2 } else { 1 });
        Ok(())
    }

    integers! {
        serialize_i8(i8) serialize_i16(i16) serialize_i32(i32)
        serialize_u8(u8) serialize_u16(u16) serialize_u32(u32)
    }

    fn serialize_i64(self, value: i64) -> Result<(), Never> {
        self.put_integer(value);
        Ok(())
    }

    fn serialize_u64(self, value: u64) -> Result<(), Never> {
        match i64::try_from(value) {
            Ok(value) => self.serialize_i64(value),
            Err(_) => self.serialize_f64(value as f64),
        }
    }

    fn serialize_f32(self, value: f32) -> Result<(), Never> {
        self.serialize_f64(value.into())
    }

    fn serialize_f64(self, value: f64) -> Result<(), Never> {
        self.put_float(value);
        Ok(())
    }

    fn serialize_char(self, value: char) -> Result<(), Never> {
        self.serialize_str(value.encode_utf8(&mut [0; 4]))
    }

    fn serialize_str(self, value: &str) -> Result<(), Never> {
        let start = self.text.len();
        self.text.push_str(value);
        self.put_text(start);
        Ok(())
    }

    fn collect_str<T: Display + ?Sized>(self, value: &T) -> Result<(), Never> {
        let start = self.text.len();
        // A String takes all that is written.
        let _ = write!(self.text, "{value}");
        self.put_text(start);
        Ok(())
    }

    fn serialize_bytes(self, value: &[u8]) -> Result<(), Never> {
        self.collect_seq(value)
    }

    fn serialize_none(self) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_unit(self) -> Result<(), Never> {
        self.put(CONSTANT, 0);
        Ok(())
    }

    fn serialize_unit_struct(self, _: &'static str) -> Result<(), Never> {
        self.serialize_unit()
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Never> {
        self.put_name(variant);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Never> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Never> {
        self.begin_variant(variant);
        value.serialize(self)
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<Parts<'p>, Never> {
        Ok(self.begin(LIST))
    }

    fn serialize_tuple(self, _: usize) -> Result<Parts<'p>, Never> {
        Ok(self.begin(LIST))
    }

    fn serialize_tuple_struct(self, _: &'static str, _: usize) -> Result<Parts<'p>, Never> {
        Ok(self.begin(LIST))
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'p>, Never> {
        self.begin_variant(variant);
        Ok(self.begin(LIST))
    }

    fn serialize_map(self, _: Option<usize>) -> Result<Parts<'p>, Never> {
        Ok(self.begin(OBJECT))
    }

    fn serialize_struct(self, _: &'static str, _: usize) -> Result<Parts<'p>, Never> {
        Ok(self.begin(OBJECT))
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        _: usize,
    ) -> Result<Parts<'p>, Never> {
        self.begin_variant(variant);
        Ok(self.begin(OBJECT))
    }
}

macro_rules! parts {
    ($($trait:ident { $add:ident })*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Never;

            fn $add<T: Serialize + ?Sized>(&mut self, part: &T) -> Result<(), Never> {
                self.add(part)
            }

            fn end(self) -> Result<(), Never> {
                self.finish()
            }
        })*
    };
}

parts! {
    SerializeSeq { serialize_element }
    SerializeTuple { serialize_element }
    SerializeTupleStruct { serialize_field }
    SerializeTupleVariant { serialize_field }
}

macro_rules! fields {
    ($($trait:ident)*) => {
        $(impl ser::$trait for Parts<'_> {
            type Ok = ();
            type Error = Never;

            fn serialize_field<T: Serialize + ?Sized>(&mut self, name: &'static str, value: &T) -> Result<(), Never> {
                self.add_field(name, value)
            }

            fn end(self) -> Result<(), Never> {
                self.finish()
            }
        })*
    };
}

fields! { SerializeStruct SerializeStructVariant }

impl ser::SerializeMap for Parts<'_> {
    type Ok = ();
    type Error = Never;

    fn serialize_key<T: Serialize + ?Sized>(&mut self, key: &T) -> Result<(), Never> {
        key.serialize(&mut *self.packer)
    }

    fn serialize_value<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Never> {
        self.add(value)
    }

    fn end(self) -> Result<(), Never> {
        self.finish()
    }
}
