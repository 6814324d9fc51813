//! sys: what a program may know of the machine.

use super::{class, objects};
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
    ("setswitchinterval", "interval, /", setswitchinterval),
    ("exc_info", "", |_, _| {
        objects::look(|machine| {
            Ok(Value::tuple(match machine.handled() {
                Some(raise) => [
                    Value::Class(raise.0.class),
                    Value::Exception(raise.0),
                    Value::None,
                ],
                None => [Value::None, Value::None, Value::None],
            }))
        })
    }),
    ("exception", "", |_, _| {
        objects::look(|machine| {
            let handled = machine.handled();
            Ok(handled.map_or(Value::None, |raise| Value::Exception(raise.0)))
        })
    }),
    ("getdefaultencoding", "", |_, _| Ok(Value::from("utf-8"))),
    ("getfilesystemencoding", "", |_, _| Ok(Value::from("utf-8"))),
    ("getrefcount", "object, /", |_, _| Ok(Value::Int(2))),
    ("is_finalizing", "", |_, _| Ok(Value::bool(false))),
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
    set("hexversion", Value::Int(0x030b_07f0));
    set(
        "copyright",
        Value::from("Copyright (c) Python Software Foundation."),
    );
    set("executable", Value::from("python"));
    set("path", Value::list(Vec::new()));
    set("prefix", Value::from("/usr"));
    let [version, floats, ints] =
        INFO.map(|(name, fields)| class::named_tuple("sys", name, fields));
    let mut numbers: Vec<Value> = [3, 11, 7].map(Value::Int).to_vec();
    numbers.extend([Value::from("final"), Value::Int(0)]);
    set("version_info", class::tuple_of(version, numbers));
    let of_floats = [
        Value::float(f64::MAX),
        Value::Int(f64::MAX_EXP.into()),
        Value::Int(f64::MAX_10_EXP.into()),
        Value::float(f64::MIN_POSITIVE),
        Value::Int(f64::MIN_EXP.into()),
        Value::Int(f64::MIN_10_EXP.into()),
        Value::Int(f64::DIGITS.into()),
        Value::Int(f64::MANTISSA_DIGITS.into()),
        Value::float(f64::EPSILON),
        Value::Int(f64::RADIX.into()),
        Value::Int(1),
    ];
    set("float_info", class::tuple_of(floats, of_floats.to_vec()));
    let of_ints = [30, 4, 4300, 640].map(Value::Int).to_vec();
    set("int_info", class::tuple_of(ints, of_ints));
    for (name, stream) in [("stdout", Stream::Out), ("stderr", Stream::Err)] {
        let object = Instance::new(classes().object, Value::Unset, world.serial());
        let write = match stream {
            Stream::Out => &WRITES[..2],
            Stream::Err => &WRITES[2..],
        };
        let mut fields = NameMap::new();
        add(&mut fields, "", write);
        fields.set(Name::new("name"), Value::from(format!("<{name}>")));
        object.fields.set(fields);
        set(name, Value::Instance(object.clone()));
        set(&format!("__{name}__"), Value::Instance(object));
    }
    map
}

/// What is told of numbers and of the version, by name.
const INFO: [(&str, &[&str]); 3] = [
    (
        "version_info",
        &["major", "minor", "micro", "releaselevel", "serial"],
    ),
    (
        "float_info",
        &[
            "max",
            "max_exp",
            "max_10_exp",
            "min",
            "min_exp",
            "min_10_exp",
            "dig",
            "mant_dig",
            "epsilon",
            "radix",
            "rounds",
        ],
    ),
    (
        "int_info",
        &[
            "bits_per_digit",
            "sizeof_digit",
            "default_max_str_digits",
            "str_digits_check_threshold",
        ],
    ),
];

/// What stands in the place of `sys.stdout`, if the program has put something there.
pub fn replaced_stdout(world: &'static World) -> Option<Value> {
    let current = match world.modules.read().get(Name::new("sys")) {
        Some(Value::Module(sys)) => sys.get(Name::new("stdout"))?,
        _ => return None,
    };
    stream(world, &current).is_none().then_some(current)
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
            world.print(stream, text);
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

/// Here threads change by themselves, or at every step: the interval means nothing.
fn setswitchinterval(_: &'static World, args: &[Value]) -> Answer {
    match super::arguments::real_at_once(&args[0]) {
        Some(Ok(interval)) if interval > 0.0 => Ok(Value::None),
        Some(Ok(_)) => Err(error::value_error("switch interval must be strictly positive").into()),
        Some(Err(raise)) => Err(raise.into()),
        None => Ok(Value::None),
    }
}

fn getsizeof(_: &'static World, _: &[Value]) -> Answer {
    Ok(Value::Int(64))
}

fn intern(_: &'static World, args: &[Value]) -> Answer {
    Ok(args[0].clone())
}
