//! `_collections`: what of `collections` is whole for other threads, or has to be fast.

mod default;

use super::class;
use crate::python::builtins::{Table, add, classes};
use crate::python::machine::{Answer, World, error, item, iterate, later, sequence};
use crate::python::names::{Name, NameMap};
use crate::python::text::number::{Int, arithmetic};
use crate::python::values::Value;

pub fn module() -> NameMap {
    let mut map = NameMap::new();
    add(&mut map, "", TABLE);
    let defaults = class::new(
        "collections",
        "defaultdict",
        classes().dict,
        default::METHODS,
    );
    for class in [classes().deque, defaults] {
        map.set(Name::new(&class.name), Value::Class(class));
    }
    map
}

const TABLE: Table = &[("_count_elements", "mapping, iterable, /", count_elements)];

/// Counts one for each element.
fn count_elements(world: &'static World, args: &[Value]) -> Answer {
    let (counts, iterable) = (args[0].inner().clone(), args[1].clone());
    later(async move {
        let iterator = iterate::iterator(world, &iterable).await?;
        while let Some(element) = iterate::advance(world, &iterator).await? {
            let found = item::get_later(world, &counts, &element).await;
            let found = error::unless(classes().key_error, found)?;
            let count = match found.as_ref().and_then(Value::as_int) {
                Some(count) => arithmetic::add(count, Int::Small(1)).into(),
                None => Value::Int(1),
            };
            sequence::wait(item::set(world, &counts, &element, &count)).await?;
        }
        Ok(Value::None)
    })
}
