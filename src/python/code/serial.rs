//! Programs as bytes: what the compiler's module hands to the modules that run.
//!
//! They begin with a mark, the version of the format and a digest of the instruction set:
//! a module of another build does not read them. Then come file, source, names, globals, and
//! the code, with the code objects inside it among its constants; and the same of each module
//! of the library that is linked to it. Whatever the bytes are, a program that was read has
//! been verified ([`verify`](super::verify)).

use std::sync::{Arc, OnceLock};

use num_bigint::{BigInt, Sign};

use super::wire::{Damaged, Reader, Wire, Writer};
use super::{
    Code, Handler, Instruction, Kind, Linked, Parameters, Program, forever, instruction, verify,
};
use crate::python::names::Name;
use crate::python::text::number::Integer;
use crate::python::values::{Truth, Value};

const MARK: &[u8] = b"lockstep";
/// Of all that is not in the instruction table.
const VERSION: u8 = 2;
/// The digest of the instruction table.
const TABLE: u32 = digest(instruction::TABLE.as_bytes());

/// How deep code and tuples may be nested: the compiler allows less.
const DEEPEST: usize = 500;

const KINDS: [Kind; 4] = [
    Kind::Plain,
    Kind::Generator,
    Kind::Coroutine,
    Kind::AsyncGenerator,
];

/// FNV-1a.
const fn digest(bytes: &[u8]) -> u32 {
    let mut hash = 0x811c_9dc5u32;
    let mut at = 0;
    while at < bytes.len() {
        hash = (hash ^ bytes[at] as u32).wrapping_mul(0x0100_0193);
        at += 1;
    }
    hash
}

impl Program {
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut body = Writer::default();
        write_module(&self.globals, self.code, &mut body);
        body.length(self.library.len());
        for linked in &self.library {
            body.name(linked.name);
            write_module(&linked.globals, linked.code, &mut body);
        }
        let mut writer = Writer::default();
        writer.bytes.extend_from_slice(MARK);
        writer.byte(VERSION);
        writer.bytes.extend(TABLE.to_le_bytes());
        writer.text(&self.file);
        writer.text(&self.source);
        writer.length(body.names.len());
        for name in &body.names {
            writer.text(name.text());
        }
        writer.bytes.extend(body.bytes);
        writer.bytes
    }

    /// For the lifetime of the run. No bytes make this or the run panic.
    pub fn from_bytes(bytes: &[u8]) -> Result<&'static Program, Damaged> {
        let mut reader = Reader::new(bytes);
        if reader.take(MARK.len())? != MARK {
            return Err(Damaged("it does not begin as one"));
        }
        if reader.byte()? != VERSION || reader.take(4)? != TABLE.to_le_bytes() {
            return Err(Damaged("its format is another"));
        }
        let file = reader.text()?.to_owned();
        let source = reader.text()?.to_owned();
        reader.names = reader.many(|reader| Ok(Name::new(reader.text()?)))?;
        let (globals, code) = read_module(&mut reader)?;
        let library = reader.many(|reader| {
            let name = reader.name()?;
            let (globals, code) = read_module(reader)?;
            Ok(Linked {
                name,
                code: forever(code),
                globals,
            })
        })?;
        if !reader.is_at_end() {
            return Err(Damaged("something follows"));
        }
        Ok(forever(Program {
            file,
            source,
            code: forever(code),
            globals,
            library: library
                .into_iter()
                .map(|linked| forever(linked) as &Linked)
                .collect(),
            bindings: OnceLock::new(),
        }))
    }
}

fn write_module(globals: &[Name], code: &Code, writer: &mut Writer) {
    writer.length(globals.len());
    for name in globals {
        writer.name(*name);
    }
    write_code(code, writer);
}

fn read_module(reader: &mut Reader) -> Result<(Vec<Name>, Code), Damaged> {
    let globals = reader.many(Reader::name)?;
    let code = read_code(reader, globals.len(), 0)?;
    verify::module(&code)?;
    Ok((globals, code))
}

fn write_code(code: &Code, writer: &mut Writer) {
    writer.name(code.name);
    writer.text(&code.qualified);
    writer.byte(code.kind as u8);
    let parameters = &code.parameters;
    writer.length(parameters.positional_only);
    writer.length(parameters.positional);
    writer.length(parameters.keyword_only);
    parameters.rest.write(writer);
    parameters.keywords.write(writer);
    writer.length(code.slots.len());
    for name in &code.slots {
        writer.name(*name);
    }
    writer.length(code.free);
    writer.number(code.line.into());
    writer.length(code.instructions.len());
    let mut line = code.line;
    for (instruction, own) in code.instructions.iter().zip(&code.lines) {
        instruction.write(writer);
        writer.signed(i64::from(*own) - i64::from(line));
        line = *own;
    }
    writer.length(code.handlers.len());
    for handler in &code.handlers {
        handler.start.write(writer);
        handler.end.write(writer);
        handler.target.write(writer);
        handler.depth.write(writer);
    }
    writer.length(code.constants.len());
    for constant in &code.constants {
        write_constant(constant, writer);
    }
    code.doc.is_some().write(writer);
    if let Some(doc) = &code.doc {
        writer.text(doc);
    }
    code.once.write(writer);
}

/// Code, verified but for what depends on the code around it.
fn read_code(reader: &mut Reader, globals: usize, depth: usize) -> Result<Code, Damaged> {
    if depth > DEEPEST {
        return Err(Damaged("code is nested too deeply"));
    }
    let name = reader.name()?;
    let qualified = reader.text()?.to_owned();
    let kind = KINDS.get(reader.byte()? as usize).copied();
    let kind = kind.ok_or(Damaged("an unknown kind of function"))?;
    let parameters = Parameters {
        positional_only: reader.number_as::<u16>()?.into(),
        positional: reader.number_as::<u16>()?.into(),
        keyword_only: reader.number_as::<u16>()?.into(),
        rest: bool::read(reader)?,
        keywords: bool::read(reader)?,
    };
    let slots = reader.many(Reader::name)?;
    let free = reader.number_as()?;
    let first_line: u32 = reader.number_as()?;
    let mut line = i64::from(first_line);
    let mut lines = Vec::new();
    let instructions = reader.many(|reader| {
        let instruction = Instruction::read(reader)?;
        line = line.saturating_add(reader.signed()?);
        lines.push(u32::try_from(line).map_err(|_| Damaged("there is no such line"))?);
        Ok(instruction)
    })?;
    let handlers = reader.many(|reader| {
        Ok(Handler {
            start: u32::read(reader)?,
            end: u32::read(reader)?,
            target: u32::read(reader)?,
            depth: u16::read(reader)?,
        })
    })?;
    let constants = reader.many(|reader| read_constant(reader, globals, depth + 1))?;
    let doc = match bool::read(reader)? {
        true => Some(reader.text()?.to_owned()),
        false => None,
    };
    let code = Code {
        name,
        qualified,
        kind,
        parameters,
        slots,
        free,
        instructions,
        line: first_line,
        lines,
        handlers,
        constants,
        doc,
        once: bool::read(reader)?,
    };
    verify::code(&code, globals)?;
    Ok(code)
}

/// The kinds of constants, as numbers.
mod tag {
    pub const NONE: u8 = 0;
    pub const ELLIPSIS: u8 = 1;
    pub const FALSE: u8 = 2;
    pub const TRUE: u8 = 3;
    pub const INT: u8 = 4;
    pub const BIG: u8 = 5;
    pub const NEGATIVE_BIG: u8 = 6;
    pub const FLOAT: u8 = 7;
    pub const STR: u8 = 8;
    pub const BYTES: u8 = 9;
    pub const TUPLE: u8 = 10;
    pub const CODE: u8 = 11;
}

fn write_constant(constant: &Value, writer: &mut Writer) {
    match constant {
        Value::None => writer.byte(tag::NONE),
        Value::Ellipsis => writer.byte(tag::ELLIPSIS),
        Value::Bool(Truth::False) => writer.byte(tag::FALSE),
        Value::Bool(Truth::True) => writer.byte(tag::TRUE),
        Value::Int(number) => {
            writer.byte(tag::INT);
            writer.signed(*number);
        }
        Value::Big(number) => {
            let (sign, magnitude) = number.to_bytes_le();
            writer.byte(match sign {
                Sign::Minus => tag::NEGATIVE_BIG,
                _ => tag::BIG,
            });
            writer.bytes(&magnitude);
        }
        Value::Float(number) => {
            writer.byte(tag::FLOAT);
            writer.bytes.extend(number.get().to_bits().to_le_bytes());
        }
        Value::Str(text) => {
            writer.byte(tag::STR);
            writer.text(text.as_str());
        }
        Value::Bytes(bytes) => {
            writer.byte(tag::BYTES);
            writer.bytes(bytes.as_slice());
        }
        Value::Tuple(items) => {
            writer.byte(tag::TUPLE);
            writer.length(items.len());
            items.iter().for_each(|item| write_constant(item, writer));
        }
        Value::Code(code) => {
            writer.byte(tag::CODE);
            write_code(code, writer);
        }
        _ => unreachable!("the compiler makes no other constants"),
    }
}

fn read_constant(reader: &mut Reader, globals: usize, depth: usize) -> Result<Value, Damaged> {
    if depth > DEEPEST {
        return Err(Damaged("constants are nested too deeply"));
    }
    Ok(match reader.byte()? {
        tag::NONE => Value::None,
        tag::ELLIPSIS => Value::Ellipsis,
        tag::FALSE => Value::Bool(Truth::False),
        tag::TRUE => Value::Bool(Truth::True),
        tag::INT => Value::Int(reader.signed()?),
        tag::BIG => big(Sign::Plus, reader.bytes()?),
        tag::NEGATIVE_BIG => big(Sign::Minus, reader.bytes()?),
        tag::FLOAT => {
            let bytes = reader.take(8)?.try_into().unwrap_or_default();
            Value::float(f64::from_bits(u64::from_le_bytes(bytes)))
        }
        tag::STR => Value::from(reader.text()?),
        tag::BYTES => Value::bytes(reader.bytes()?),
        tag::TUPLE => {
            let items = reader.many(|reader| match read_constant(reader, globals, depth + 1)? {
                Value::Code(_) => Err(Damaged("code in a tuple")),
                item => Ok(item),
            })?;
            Value::tuple(items)
        }
        tag::CODE => Value::Code(forever(read_code(reader, globals, depth)?)),
        _ => return Err(Damaged("an unknown kind of constant")),
    })
}

/// An int that may be small: then it is no big one.
fn big(sign: Sign, magnitude: &[u8]) -> Value {
    let number = BigInt::from_bytes_le(sign, magnitude);
    match i64::try_from(&number) {
        Ok(number) => Value::from(Integer::Small(number)),
        Err(_) => Value::Big(Arc::new(number)),
    }
}
