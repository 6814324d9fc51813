//! What a field of a message holds, whatever that is, so that a wrong one can be told.

use std::fmt;

use serde::de::{Deserialize, Deserializer, Error, IgnoredAny, MapAccess, SeqAccess, Visitor};

use crate::base::Scalar;

#[derive(Clone, Debug, PartialEq)]
pub enum Loose {
    Scalar(Scalar),
    Object(Vec<(String, Loose)>),
    /// Nothing, a list, or an object in an object: no message has one, and a page around
    /// could send one that contains itself.
    Other,
}

impl Loose {
    pub fn scalar(self) -> Option<Scalar> {
        match self {
            Loose::Scalar(scalar) => Some(scalar),
            Loose::Object(_) | Loose::Other => None,
        }
    }
}

impl<'de> Deserialize<'de> for Loose {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Loose, D::Error> {
        deserializer.deserialize_any(Any { within: false })
    }
}

/// What a field of an object holds.
struct Within(Loose);

impl<'de> Deserialize<'de> for Within {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Within, D::Error> {
        let any = Any { within: true };
        deserializer.deserialize_any(any).map(Within)
    }
}

struct Any {
    /// Whether it is in an object.
    within: bool,
}

impl<'de> Visitor<'de> for Any {
    type Value = Loose;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("anything")
    }

    fn visit_bool<E: Error>(self, value: bool) -> Result<Loose, E> {
        Ok(Loose::Scalar(Scalar::Bool(value)))
    }

    fn visit_i64<E: Error>(self, value: i64) -> Result<Loose, E> {
        Ok(Loose::Scalar(Scalar::Int(value)))
    }

    fn visit_u64<E: Error>(self, value: u64) -> Result<Loose, E> {
        let whole = i64::try_from(value);
        Ok(Loose::Scalar(
            whole.map_or(Scalar::Float(value as f64), Scalar::Int),
        ))
    }

    fn visit_f64<E: Error>(self, value: f64) -> Result<Loose, E> {
        Ok(Loose::Scalar(Scalar::Float(value)))
    }

    fn visit_str<E: Error>(self, value: &str) -> Result<Loose, E> {
        Ok(Loose::Scalar(Scalar::Text(value.to_owned())))
    }

    fn visit_unit<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_none<E: Error>(self) -> Result<Loose, E> {
        Ok(Loose::Other)
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Loose, A::Error> {
        if self.within {
            while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
            return Ok(Loose::Other);
        }
        let mut fields = Vec::new();
        while let Some((name, Within(value))) = map.next_entry()? {
            fields.push((name, value));
        }
        Ok(Loose::Object(fields))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Loose, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Loose::Other)
    }
}
