//! Bytes to values. No length is believed before the bytes are there, and nothing is deeper than its type.

use crate::terraform::strings::Strings;
use crate::terraform::type_json::TypeReader;
use crate::terraform::value::{Fields, Object, Type, Value};
use crate::terraform::wire::{MOST_DEPTH, ValueError, every_digit, is_decimal, too_deep};
use rmp::Marker;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Room that is set aside for a length that the bytes claim, before the elements are there.
const TRUSTED_LENGTH: usize = 1024;

/// The most elements that the lists, tuples and maps of one value have together. A hundred thousand rules have less than a tenth of it,
/// and a null has one byte on the wire and many in memory.
const MOST_ELEMENTS: usize = 8 << 20;

/// What is left of the bytes.
pub(super) struct Reader<'a> {
    rest: &'a [u8],
    /// Elements so far.
    elements: usize,
    /// Levels above this one.
    depth: usize,
    strings: Strings,
    types: TypeReader,
}

impl<'a> Reader<'a> {
    pub(super) fn new(bytes: &'a [u8]) -> Self {
        Reader {
            rest: bytes,
            elements: 0,
            depth: 0,
            strings: Strings::default(),
            types: TypeReader::default(),
        }
    }

    /// Nothing may follow.
    pub(super) fn end(&self) -> Result<(), ValueError> {
        if self.rest.is_empty() {
            Ok(())
        } else {
            Err(ValueError::new("more bytes follow the value"))
        }
    }

    pub(super) fn value(&mut self, ty: &Type) -> Result<Value, ValueError> {
        if self.depth == MOST_DEPTH {
            return Err(too_deep());
        }
        self.depth += 1;
        let value = self.value_of(ty)?;
        self.depth -= 1;
        Ok(value)
    }

    fn value_of(&mut self, ty: &Type) -> Result<Value, ValueError> {
        let [byte] = self.take()?;
        let marker = Marker::from_u8(byte);
        if marker == Marker::Null {
            return Ok(Value::Null);
        }
        if let Some(length) = self.extension(marker)? {
            // Whatever the extension promises about the value, unknown is all that matters here.
            self.bytes(length)?;
            return Ok(Value::Unknown);
        }
        match ty {
            Type::Bool => match marker {
                Marker::True => Ok(Value::Bool(true)),
                Marker::False => Ok(Value::Bool(false)),
                _ => Err(ValueError::expected(ty, found(marker))),
            },
            Type::String => Ok(Value::String(self.text(marker, ty)?)),
            Type::Number => Ok(Value::Number(self.number(marker, ty)?)),
            Type::List(inner) | Type::Set(inner) => {
                let length = self.items(marker, ty)?;
                self.list(length, std::iter::repeat(&**inner))
            }
            Type::Tuple(types) => {
                let length = self.items(marker, ty)?;
                if length != types.len() {
                    let message = format!("expected {} elements, found {length}", types.len());
                    return Err(ValueError::new(message));
                }
                self.list(length, types.iter())
            }
            Type::Dynamic => self.dynamic(marker, ty),
            Type::Map(inner) => self.map(marker, ty, inner),
            Type::Object(fields) => self.object(marker, ty, fields),
        }
    }

    /// The length of a list, a set or a tuple.
    fn items(&mut self, marker: Marker, ty: &Type) -> Result<usize, ValueError> {
        let length = match marker {
            Marker::FixArray(length) => usize::from(length),
            Marker::Array16 => self.length::<2>()?,
            Marker::Array32 => self.length::<4>()?,
            _ => return Err(ValueError::expected(ty, found(marker))),
        };
        self.fits(length)?;
        self.count(length)?;
        Ok(length)
    }

    fn list<'t>(
        &mut self,
        length: usize,
        types: impl Iterator<Item = &'t Type>,
    ) -> Result<Value, ValueError> {
        let mut items = Vec::with_capacity(length.min(TRUSTED_LENGTH));
        for (at, ty) in types.take(length).enumerate() {
            items.push(self.value(ty).map_err(|misfit| misfit.index(at))?);
        }
        Ok(Value::List(items))
    }

    /// The type in JSON, then the value.
    fn dynamic(&mut self, marker: Marker, ty: &Type) -> Result<Value, ValueError> {
        if self.items(marker, ty)? != 2 {
            return Err(ValueError::expected(ty, "a list"));
        }
        let [byte] = self.take()?;
        let length = match Marker::from_u8(byte) {
            Marker::Bin8 => self.length::<1>()?,
            Marker::Bin16 => self.length::<2>()?,
            Marker::Bin32 => self.length::<4>()?,
            other => return Err(ValueError::expected(ty, found(other))),
        };
        let json = self.bytes(length)?;
        let ty = self.types.read(json)?;
        let value = self.value(&ty)?;
        Ok(Value::dynamic(ty, value))
    }

    fn map(&mut self, marker: Marker, ty: &Type, inner: &Type) -> Result<Value, ValueError> {
        let mut map = BTreeMap::new();
        let length = self.entries(marker, ty)?;
        self.count(length)?;
        for _ in 0..length {
            let key = self.key()?;
            let value = self.value(inner).map_err(|misfit| misfit.key(key))?;
            if map.insert(key.into(), value).is_some() {
                return Err(twice().key(key));
            }
        }
        Ok(Value::Map(map))
    }

    fn object(
        &mut self,
        marker: Marker,
        ty: &Type,
        fields: &Arc<Fields>,
    ) -> Result<Value, ValueError> {
        let mut values: Vec<Option<Value>> = vec![None; fields.iter().len()];
        for _ in 0..self.entries(marker, ty)? {
            let key = self.key()?;
            let Some((at, ty)) = fields.find(key) else {
                return Err(ValueError::new("the schema has no such attribute").attribute(key));
            };
            let value = self.value(ty).map_err(|misfit| misfit.attribute(key))?;
            if values[at].replace(value).is_some() {
                return Err(twice().attribute(key));
            }
        }
        let complete = fields.iter().zip(values).map(|((name, _), value)| {
            value.ok_or_else(|| ValueError::new("the attribute is missing").attribute(name))
        });
        Ok(Value::Object(Object::from_values(
            fields,
            complete.collect::<Result<_, ValueError>>()?,
        )))
    }

    fn entries(&mut self, marker: Marker, ty: &Type) -> Result<usize, ValueError> {
        let length = match marker {
            Marker::FixMap(length) => usize::from(length),
            Marker::Map16 => self.length::<2>()?,
            Marker::Map32 => self.length::<4>()?,
            _ => return Err(ValueError::expected(ty, found(marker))),
        };
        self.fits(length.saturating_mul(2))?;
        Ok(length)
    }

    fn key(&mut self) -> Result<&'a str, ValueError> {
        let [byte] = self.take()?;
        self.str(Marker::from_u8(byte))?
            .ok_or_else(|| ValueError::new("a key is not a string"))
    }

    fn text(&mut self, marker: Marker, ty: &Type) -> Result<Arc<str>, ValueError> {
        let text = self
            .str(marker)?
            .ok_or_else(|| ValueError::expected(ty, found(marker)))?;
        Ok(self.strings.share(text))
    }

    /// A number is sent as a machine number that is exactly equal, otherwise as decimal text.
    fn number(&mut self, marker: Marker, ty: &Type) -> Result<Arc<str>, ValueError> {
        let text = match marker {
            Marker::FixPos(number) => number.to_string(),
            Marker::FixNeg(number) => number.to_string(),
            Marker::U8 => u8::from_be_bytes(self.take()?).to_string(),
            Marker::U16 => u16::from_be_bytes(self.take()?).to_string(),
            Marker::U32 => u32::from_be_bytes(self.take()?).to_string(),
            Marker::U64 => u64::from_be_bytes(self.take()?).to_string(),
            Marker::I8 => i8::from_be_bytes(self.take()?).to_string(),
            Marker::I16 => i16::from_be_bytes(self.take()?).to_string(),
            Marker::I32 => i32::from_be_bytes(self.take()?).to_string(),
            Marker::I64 => i64::from_be_bytes(self.take()?).to_string(),
            Marker::F32 => finite(f64::from(f32::from_be_bytes(self.take()?)))?,
            Marker::F64 => finite(f64::from_be_bytes(self.take()?))?,
            _ => {
                let text = self
                    .str(marker)?
                    .ok_or_else(|| ValueError::expected(ty, found(marker)))?;
                if !is_decimal(text) {
                    return Err(ValueError::expected(ty, "a string"));
                }
                return Ok(self.strings.share(text));
            }
        };
        Ok(self.strings.share(&*text))
    }

    fn str(&mut self, marker: Marker) -> Result<Option<&'a str>, ValueError> {
        let length = match marker {
            Marker::FixStr(length) => usize::from(length),
            Marker::Str8 => self.length::<1>()?,
            Marker::Str16 => self.length::<2>()?,
            Marker::Str32 => self.length::<4>()?,
            _ => return Ok(None),
        };
        let text = std::str::from_utf8(self.bytes(length)?)
            .map_err(|_| ValueError::new("the string is not UTF-8"))?;
        Ok(Some(text))
    }

    /// The length of an extension, its type byte included.
    fn extension(&mut self, marker: Marker) -> Result<Option<usize>, ValueError> {
        let length = match marker {
            Marker::FixExt1 => 1,
            Marker::FixExt2 => 2,
            Marker::FixExt4 => 4,
            Marker::FixExt8 => 8,
            Marker::FixExt16 => 16,
            Marker::Ext8 => self.length::<1>()?,
            Marker::Ext16 => self.length::<2>()?,
            Marker::Ext32 => self.length::<4>()?,
            _ => return Ok(None),
        };
        Ok(Some(length.saturating_add(1)))
    }

    fn length<const N: usize>(&mut self) -> Result<usize, ValueError> {
        let bytes: [u8; N] = self.take()?;
        Ok(bytes
            .iter()
            .fold(0, |length, byte| (length << 8) | usize::from(*byte)))
    }

    /// Every element has at least one byte, so a length above the remaining bytes is wrong.
    fn fits(&self, elements: usize) -> Result<(), ValueError> {
        if elements <= self.rest.len() {
            Ok(())
        } else {
            Err(cut_short())
        }
    }

    fn count(&mut self, elements: usize) -> Result<(), ValueError> {
        self.elements = self.elements.saturating_add(elements);
        if self.elements <= MOST_ELEMENTS {
            Ok(())
        } else {
            Err(ValueError::new(format!(
                "the value has more than {MOST_ELEMENTS} elements"
            )))
        }
    }

    fn take<const N: usize>(&mut self) -> Result<[u8; N], ValueError> {
        let (head, rest) = self.rest.split_first_chunk().ok_or_else(cut_short)?;
        self.rest = rest;
        Ok(*head)
    }

    fn bytes(&mut self, length: usize) -> Result<&'a [u8], ValueError> {
        let (head, rest) = self.rest.split_at_checked(length).ok_or_else(cut_short)?;
        self.rest = rest;
        Ok(head)
    }
}

fn cut_short() -> ValueError {
    ValueError::new("the value is truncated")
}

/// Otherwise one of the two values would be used silently.
fn twice() -> ValueError {
    ValueError::new("duplicate key")
}

fn finite(float: f64) -> Result<String, ValueError> {
    if float.is_finite() {
        Ok(every_digit(float))
    } else {
        Err(ValueError::new("the number is not finite"))
    }
}

fn found(marker: Marker) -> &'static str {
    match marker {
        Marker::True | Marker::False => "true or false",
        Marker::FixStr(_) | Marker::Str8 | Marker::Str16 | Marker::Str32 => "a string",
        Marker::FixArray(_) | Marker::Array16 | Marker::Array32 => "a list",
        Marker::FixMap(_) | Marker::Map16 | Marker::Map32 => "a map",
        Marker::Bin8 | Marker::Bin16 | Marker::Bin32 => "raw bytes",
        Marker::Reserved => "an invalid byte",
        _ => "a number",
    }
}
