//! `_hashlib`: digests, which `hashlib`, written in Python, asks for.

use sha2::{Digest, Sha224, Sha256, Sha384, Sha512};

use crate::python::builtins::{Table, add};
use crate::python::machine::{Answer, World, error};
use crate::python::names::NameMap;
use crate::python::values::Value;

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    map
}

const TABLE: Table = &[("digest", "name, data, /", digest)];

fn digest(world: &'static World, args: &[Value]) -> Answer {
    let Value::Bytes(data) = args[1].inner() else {
        return Err(error::type_error("object supporting the buffer API required").into());
    };
    let data = data.as_slice();
    world.spend(data.len() / 64);
    let digest = match args[0].as_str() {
        Some("sha224") => Sha224::digest(data).to_vec(),
        Some("sha256") => Sha256::digest(data).to_vec(),
        Some("sha384") => Sha384::digest(data).to_vec(),
        _ => Sha512::digest(data).to_vec(),
    };
    Ok(Value::bytes(digest))
}
