//! groupby, as `groupby_next` and `_grouper_next` in `Modules/itertoolsmodule.c`.

use std::sync::LazyLock;

use super::{State, ended, given, iterator, step};
use crate::python::builtins::Table;
use crate::python::machine::{Result, World, compare, iterate, later, sequence};
use crate::python::values::{Native, Value};

pub const FUNCTIONS: Table = &[("groupby", "iterable, key=", |world, args| {
    let (iterable, key) = (args[0].clone(), given(args, 1).unwrap_or(Value::None));
    later(async move {
        let inner = iterate::iterator(world, &iterable).await?;
        let unset = Value::Unset;
        let state = vec![
            inner,
            key,
            unset.clone(),
            unset.clone(),
            unset,
            Value::Int(0),
        ];
        Ok(iterator(&GROUPS, state))
    })
})];

const INNER: usize = 0;
const FUNCTION: usize = 1;
/// The value that comes next, if it was read, and its key.
const VALUE: usize = 2;
const KEY: usize = 3;
/// The key of the group that was handed out last, and that group's number.
const TARGET: usize = 4;
const GROUP: usize = 5;

/// Reads the next value; false at the end.
async fn read(world: &'static World, state: &State) -> Result<bool> {
    let Some(value) = iterate::advance(world, &state.get(INNER)).await? else {
        return Ok(false);
    };
    let function = state.get(FUNCTION);
    let key = match function.is_none() {
        true => value.clone(),
        false => sequence::call(&function, vec![value.clone()]).await?,
    };
    state.set(VALUE, value);
    state.set(KEY, key);
    Ok(true)
}

static GROUPS: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let state = State::of(args);
        // From now on the last group gives nothing more.
        let group = state.count(GROUP) + 1;
        state.set(GROUP, Value::Int(group));
        later(async move {
            loop {
                let (key, target) = (state.get(KEY), state.get(TARGET));
                if !key.is_unset()
                    && (target.is_unset() || !compare::equal(world, &target, &key).await?)
                {
                    break;
                }
                if !read(world, &state).await? {
                    return ended();
                }
            }
            let key = state.get(KEY);
            state.set(TARGET, key.clone());
            let parent = Value::List(state.0.clone());
            let values = iterator(&GROUP_VALUES, vec![parent, Value::Int(group), key.clone()]);
            Ok(Value::tuple([key, values]))
        })
    })
});

/// The state of the groups, and this group's number and key.
static GROUP_VALUES: LazyLock<Native> = LazyLock::new(|| {
    step(|world, args| {
        let own = State::of(args);
        let groups = State::of(&[own.get(0)]);
        later(async move {
            if groups.count(GROUP) != own.count(1) {
                return ended();
            }
            if groups.get(VALUE).is_unset() && !read(world, &groups).await? {
                return ended();
            }
            if !compare::equal(world, &own.get(2), &groups.get(KEY)).await? {
                return ended();
            }
            let value = groups.get(VALUE);
            groups.set(VALUE, Value::Unset);
            groups.set(KEY, Value::Unset);
            Ok(value)
        })
    })
});
