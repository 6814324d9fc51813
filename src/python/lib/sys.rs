//! sys: what a program may know of the machine.

use std::sync::Arc;

use crate::python::builtins::{Table, add, classes};
use crate::python::machine::{Answer, Stream, World, error, types};
use crate::python::names::{Name, NameMap};
use crate::python::values::{Exception, Instance, Raise, Value};

const TABLE: Table = &[
    ("exit", "status=, /", exit),
    ("getrecursionlimit", "", getrecursionlimit),
    ("getsizeof", "object, /", getsizeof),
    ("setrecursionlimit", "limit, /", setrecursionlimit),
    ("getswitchinterval", "", getswitchinterval),
    ("intern", "text, /", intern),
];

pub fn module(world: &'static World) -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    let mut set = |name: &str, value: Value| drop(map.set(Name::new(name), value));
    set(
        "argv",
        Value::list(vec![Value::from(world.program.file.as_str())]),
    );
    set("maxsize", Value::Int(i64::MAX));
    set("maxunicode", Value::Int(0x10_ffff));
    set("platform", Value::from("linux"));
    set("byteorder", Value::from("little"));
    set("version", Value::from("3.11.7 (Lockstep)"));
    set("version_info", Value::tuple([3, 11, 7].map(Value::Int)));
    for (name, stream) in [("stdout", Stream::Out), ("stderr", Stream::Err)] {
        let object = Arc::new(Instance::new(
            classes().object,
            Value::Unset,
            world.serial(),
        ));
        let write = match stream {
            Stream::Out => &WRITES[..2],
            Stream::Err => &WRITES[2..],
        };
        let mut fields = NameMap::new();
        add(&mut fields, "", write);
        fields.set(Name::new("name"), Value::from(format!("<{name}>")));
        object.fields.set(fields);
        set(name, Value::Instance(object));
    }
    map
}

/// The methods of the two streams.
const WRITES: Table = &[
    ("write", "text, /", |world, args| {
        write(world, Stream::Out, args)
    }),
    ("flush", "", flush),
    ("write", "text, /", |world, args| {
        write(world, Stream::Err, args)
    }),
    ("flush", "", flush),
];

fn write(world: &'static World, stream: Stream, args: &[Value]) -> Answer {
    match args[0].as_str() {
        Some(text) => {
            world.output.write().write(stream, text);
            Ok(Value::int(text.chars().count()))
        }
        None => {
            let name = types::name_of(&args[0]);
            Err(error::type_error(format!("write() argument must be str, not {name}")).into())
        }
    }
}

fn flush(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::None)
}

/// The stream that an object of this module stands for.
pub fn stream(world: &'static World, file: &Value) -> Option<Stream> {
    let modules = world.modules.read();
    let Some(Value::Module(sys)) = modules.get(Name::new("sys")) else {
        return None;
    };
    [("stdout", Stream::Out), ("stderr", Stream::Err)]
        .into_iter()
        .find(|(name, _)| sys.get(Name::new(name)).is_some_and(|own| own.is(file)))
        .filter(|_| matches!(file, Value::Instance(i) if std::ptr::eq(i.class(), classes().object)))
        .map(|(_, stream)| stream)
}

fn exit(_: &'static World, args: &[Value]) -> Answer {
    let exception = Exception::new(classes().system_exit, args.to_vec());
    Err(Raise(exception).into())
}

fn getrecursionlimit(world: &'static World, _: &[Value]) -> Answer {
    Ok(Value::int(world.limits.depth))
}

/// The limit stays as it is: programs that raise it run as deep as others.
fn setrecursionlimit(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::None)
}

fn getswitchinterval(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::float(0.005))
}

fn getsizeof(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::Int(64))
}

fn intern(_: &'static World, args: &[Value]) -> Answer {
    Ok(args[0].clone())
}
