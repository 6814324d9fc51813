//! `random`: the class Random, and its methods of an object of the module's own. The
//! numbers are CPython's for the same seed; see [`text::random`](crate::python::text::random).
//!
//! Without a seed they are those of seed 0: a run gives the same numbers again. What an
//! object's generator is, the world keeps by the object's serial number.

use super::arguments::reals;
use super::class;
use crate::python::builtins::{Table, add, classes};
use crate::python::machine::{
    Answer, Result, World, check_size, error, item, iterate, later, sequence,
};
use crate::python::names::{Name, NameMap};
use crate::python::text;
use crate::python::text::number::Int;
use crate::python::text::number::compare::hash_float;
use crate::python::text::random::{Cumulative, Random};
use crate::python::values::{Instance, Method, Value};

pub fn module(world: &'static World) -> NameMap {
    let mut module = NameMap::new();
    let class = class::new("random", "Random", classes().object, &[]);
    {
        let mut methods = class.attributes.write();
        add(&mut methods, "Random", METHODS);
        add(&mut methods, "Random", DISTRIBUTIONS);
        add(&mut methods, "Random", &[("__init__", "self, x=, /", seed)]);
    }
    let own = Value::Instance(Instance::new(class, Value::Unset, world.serial()));
    for (name, _, _) in METHODS.iter().chain(DISTRIBUTIONS) {
        let name = Name::new(name);
        if let Some(method) = class.own(name) {
            module.set(name, Method::bind(method, own.clone()));
        }
    }
    module.set(Name::new("Random"), Value::Class(class));
    module.set(Name::new("SystemRandom"), Value::Class(class));
    module
}

/// The module's own numbers begin anew in a new process, as in CPython: by its number, so that
/// they are the same in each run.
pub fn begin_process(world: &'static World) {
    let modules = world.modules.read();
    let random = match modules.get(Name::new("random")) {
        Some(Value::Module(module)) => module.get(Name::new("random")),
        _ => None,
    };
    if let Some(Value::Method(method)) = random
        && let Value::Instance(own) = &method.object
    {
        let random = Random::from_int(Int::Small(world.process.into()));
        world.generators.write().insert(own.serial, random);
    }
}

const METHODS: Table = &[
    ("seed", "self, a=, version=", seed),
    ("getstate", "self, /", |world, args| {
        let (words, gauss) = generator(world, &args[0], |random| random.state())?;
        let words: Vec<Value> = words
            .iter()
            .map(|word| Value::Int(i64::from(*word)))
            .collect();
        let gauss = gauss.map_or(Value::None, Value::float);
        Ok(Value::tuple([Value::Int(3), Value::tuple(words), gauss]))
    }),
    ("setstate", "self, state", set_state),
    ("random", "self, /", |world, args| {
        draw(world, &args[0], |random| Ok(Value::float(random.random())))
    }),
    ("getrandbits", "self, k, /", |world, args| {
        let limit = world.limits.size.saturating_mul(8);
        let bits = small(&args[1])?;
        draw(world, &args[0], |random| {
            Ok(random.bits(bits, limit)?.into())
        })
    }),
    ("randbytes", "self, n, /", |world, args| {
        let (count, limit) = (small(&args[1])?, world.limits.size);
        draw(world, &args[0], |random| {
            random.bytes(count, limit).map(Value::bytes)
        })
    }),
    ("randrange", "self, start, stop=, step=", |world, args| {
        let start = int(&args[1], "arg 1")?;
        let Some(stop) = given(args, 2) else {
            return draw(world, &args[0], |random| Ok(random.range_to(start)?.into()));
        };
        let stop = int(stop, "stop")?;
        let step = given(args, 3).map_or(Ok(Int::Small(1)), |step| int(step, "step"))?;
        draw(world, &args[0], |random| {
            Ok(random.range(start, stop, step)?.into())
        })
    }),
    ("randint", "self, a, b", |world, args| {
        let (a, b) = (int(&args[1], "arg 1")?, int(&args[2], "stop")?);
        let stop = text::number::arithmetic::add(b, Int::Small(1));
        draw(world, &args[0], |random| {
            Ok(random.range(a, (&stop).into(), Int::Small(1))?.into())
        })
    }),
    ("choice", "self, seq", |world, args| {
        let (object, list) = (args[0].clone(), args[1].clone());
        if let Some(len) = item::length_at_once(&list) {
            let chosen = generator(world, &object, |random| random.choice(len))??;
            return item::get(world, &list, &Value::int(chosen));
        }
        later(async move {
            let len = item::length(&list).await?;
            let chosen = generator(world, &object, |random| random.choice(len))??;
            item::get_later(world, &list, &Value::int(chosen)).await
        })
    }),
    ("shuffle", "self, x", shuffle),
    ("sample", "self, population, k, *, counts=", sample),
    (
        "choices",
        "self, population, weights=, *, cum_weights=, k=",
        choices,
    ),
];

/// A method that takes so many floats, of which those that are not given have a value.
macro_rules! distribution {
    ($($default:expr),* => $run:expr) => {
        |world, args| distribution(world, args, [$($default),*], $run)
    };
}

const DISTRIBUTIONS: Table = &[
    (
        "uniform",
        "self, a, b",
        distribution!(0.0, 0.0 => |random, [a, b]| Ok(random.uniform(a, b))),
    ),
    (
        "triangular",
        "self, low=, high=, mode=",
        distribution!(0.0, 1.0, f64::NAN => |random, [low, high, mode]| {
            Ok(random.triangular(low, high, (!mode.is_nan()).then_some(mode)))
        }),
    ),
    (
        "gauss",
        "self, mu=, sigma=",
        distribution!(0.0, 1.0 => |random, [mu, sigma]| Ok(random.gauss(mu, sigma))),
    ),
    (
        "normalvariate",
        "self, mu=, sigma=",
        distribution!(0.0, 1.0 => |random, [mu, sigma]| {
            Ok(random.normal(mu, sigma))
        }),
    ),
    (
        "lognormvariate",
        "self, mu, sigma",
        distribution!(0.0, 1.0 => |random, [mu, sigma]| random.log_normal(mu, sigma)),
    ),
    (
        "expovariate",
        "self, lambd",
        distribution!(1.0 => |random, [lambda]| random.exponential(lambda)),
    ),
    (
        "paretovariate",
        "self, alpha",
        distribution!(1.0 => |random, [alpha]| random.pareto(alpha)),
    ),
    (
        "weibullvariate",
        "self, alpha, beta",
        distribution!(1.0, 1.0 => |random, [a, b]| random.weibull(a, b)),
    ),
    (
        "gammavariate",
        "self, alpha, beta",
        distribution!(1.0, 1.0 => |random, [a, b]| random.gamma(a, b)),
    ),
    (
        "betavariate",
        "self, alpha, beta",
        distribution!(1.0, 1.0 => |random, [a, b]| random.beta(a, b)),
    ),
    (
        "vonmisesvariate",
        "self, mu, kappa",
        distribution!(0.0, 0.0 => |random, [mu, kappa]| random.von_mises(mu, kappa)),
    ),
];

/// Uses the generator of an object of the class.
fn generator<T>(world: &World, object: &Value, run: impl FnOnce(&mut Random) -> T) -> Result<T> {
    let Value::Instance(instance) = object else {
        return Err(error::type_error("a Random object is needed"));
    };
    let mut generators = world.generators.write();
    let new = || Random::from_int(Int::Small(0));
    Ok(run(generators.entry(instance.serial).or_insert_with(new)))
}

fn draw(
    world: &World,
    object: &Value,
    run: impl FnOnce(&mut Random) -> text::Result<Value>,
) -> Answer {
    Ok(generator(world, object, run)??)
}

/// An argument that may be left out.
fn given(args: &[Value], at: usize) -> Option<&Value> {
    args.get(at).filter(|arg| !arg.is_unset() && !arg.is_none())
}

/// An int for `randrange`; also a float that is one.
fn int<'a>(value: &'a Value, which: &str) -> Result<Int<'a>> {
    match value.inner() {
        Value::Float(x) if x.get().fract() == 0.0 && x.get().abs() < 9e15 => {
            Ok(Int::Small(x.get() as i64))
        }
        Value::Float(_) => Err(error::value_error(format!(
            "non-integer {which} for randrange()"
        ))),
        other => other.as_int().ok_or_else(|| no_int(value)),
    }
}

fn small(value: &Value) -> Result<i64> {
    let number = value.as_int().ok_or_else(|| no_int(value))?;
    let too_large = || error::overflow_error("Python int too large to convert to C int");
    number.to_i64().ok_or_else(too_large)
}

fn no_int(value: &Value) -> crate::python::values::Raise {
    let name = crate::python::machine::types::name_of(value);
    error::type_error(format!(
        "'{name}' object cannot be interpreted as an integer"
    ))
}

fn seed(world: &'static World, args: &[Value]) -> Answer {
    let new = match given(args, 1).map(Value::inner) {
        None => Random::from_int(Int::Small(0)),
        Some(Value::Str(seed)) => Random::from_bytes(seed.as_str().as_bytes()),
        Some(Value::Bytes(seed)) => Random::from_bytes(seed.as_slice()),
        Some(Value::Float(seed)) => Random::from_hash(hash_float(seed.get())),
        Some(seed) => match seed.as_int() {
            Some(seed) => Random::from_int(seed),
            None => {
                let text = "The only supported seed types are: None,\n\
                            int, float, str, bytes, and bytearray.";
                return Err(error::type_error(text).into());
            }
        },
    };
    generator(world, &args[0], |random| *random = new)?;
    Ok(Value::None)
}

/// Puts the generator into a state that `getstate` gave.
fn set_state(world: &'static World, args: &[Value]) -> Answer {
    let parts = iterate::at_hand(args[1].inner()).unwrap_or_default();
    let [Value::Int(3), words, gauss] = &parts[..] else {
        return Err(error::value_error("state with version 3 expected").into());
    };
    let words = iterate::at_hand(words).unwrap_or_default();
    let words = words.iter().map(|word| {
        let word = word.as_int().and_then(|word| word.to_i64());
        word.and_then(|word| u32::try_from(word).ok())
    });
    let words: Option<Vec<u32>> = words.collect();
    let gauss = match gauss {
        Value::Float(gauss) => Some(gauss.get()),
        _ => None,
    };
    match words.and_then(|words| Random::of_state(&words, gauss)) {
        Some(new) => {
            generator(world, &args[0], |random| *random = new)?;
            Ok(Value::None)
        }
        None => Err(error::value_error("state vector is the wrong size").into()),
    }
}

fn distribution<const N: usize>(
    world: &'static World,
    args: &[Value],
    defaults: [f64; N],
    run: fn(&mut Random, [f64; N]) -> text::Result<f64>,
) -> Answer {
    let filled: Vec<Value> = (0..N)
        .map(|at| {
            given(args, at + 1)
                .cloned()
                .unwrap_or(Value::float(defaults[at]))
        })
        .collect();
    let object = args[0].clone();
    let plain: Option<Vec<f64>> = filled.iter().map(plain_float).collect();
    if let Some(Ok(all)) = plain.map(<[f64; N]>::try_from) {
        return draw(world, &object, |random| run(random, all).map(Value::float));
    }
    later(async move {
        let mut all = [0.0; N];
        all.copy_from_slice(&reals(&filled).await?);
        Ok(generator(world, &object, |random| {
            run(random, all).map(Value::float)
        })??)
    })
}

fn plain_float(value: &Value) -> Option<f64> {
    match value {
        Value::Float(x) => Some(x.get()),
        Value::Int(x) => Some(*x as f64),
        _ => None,
    }
}

fn shuffle(world: &'static World, args: &[Value]) -> Answer {
    let (object, list) = (args[0].clone(), args[1].clone());
    if let Value::List(list) = list.inner() {
        let mut items = list.items.write();
        generator(world, &object, |random| {
            for (a, b) in random.shuffle(items.len()) {
                items.swap(a, b);
            }
        })?;
        world.spend(items.len());
        return Ok(Value::None);
    }
    later(async move {
        let len = item::length(&list).await?;
        check_size(world, len.saturating_mul(size_of::<Value>()))?;
        let pairs = generator(world, &object, |random| {
            random.shuffle(len).collect::<Vec<_>>()
        })?;
        for (a, b) in pairs {
            let (a, b) = (Value::int(a), Value::int(b));
            let first = item::get_later(world, &list, &a).await?;
            let second = item::get_later(world, &list, &b).await?;
            sequence::wait(item::set(world, &list, &a, &second)).await?;
            sequence::wait(item::set(world, &list, &b, &first)).await?;
        }
        Ok(Value::None)
    })
}

fn sample(world: &'static World, args: &[Value]) -> Answer {
    let (object, population) = (args[0].clone(), args[1].clone());
    let (k, counts) = (small(&args[2])?, given(args, 3).cloned());
    if matches!(
        population.inner(),
        Value::Set(_) | Value::FrozenSet(_) | Value::Dict(_)
    ) {
        let text = "Population must be a sequence.  For dicts or sets, use sorted(d).";
        return Err(error::type_error(text).into());
    }
    let limit = world.limits.size / size_of::<Value>();
    later(async move {
        let len = item::length(&population).await?;
        let indices = match counts {
            None => generator(world, &object, |random| random.sample(len, k, limit))??,
            Some(counts) => {
                let sums = counted(world, &counts, len).await?;
                let total = sums.last().copied().unwrap_or(0);
                let chosen = generator(world, &object, |random| random.sample(total, k, limit))??;
                let place = |at: usize| sums.partition_point(|sum| *sum <= at);
                chosen.into_iter().map(place).collect()
            }
        };
        world.spend(indices.len());
        let mut chosen = Vec::with_capacity(indices.len());
        for at in indices {
            chosen.push(item::get_later(world, &population, &Value::int(at)).await?);
        }
        Ok(Value::list(chosen))
    })
}

/// The counts of `sample`, added up.
async fn counted(world: &'static World, counts: &Value, len: usize) -> Result<Vec<usize>> {
    let counts = iterate::collect(world, counts).await?;
    if counts.len() != len {
        let text = "The number of counts does not match the population";
        return Err(error::value_error(text));
    }
    let mut total = 0_i64;
    let mut sums = Vec::with_capacity(len);
    for count in &counts {
        let Some(count) = count.as_int() else {
            return Err(error::type_error("Counts must be integers"));
        };
        total = total.saturating_add(count.to_i64().unwrap_or(i64::MAX));
        sums.push(usize::try_from(total).unwrap_or(0));
    }
    if total <= 0 {
        return Err(error::value_error(
            "Total of counts must be greater than zero",
        ));
    }
    Ok(sums)
}

fn choices(world: &'static World, args: &[Value]) -> Answer {
    let (object, population) = (args[0].clone(), args[1].clone());
    let (weights, sums) = (given(args, 2).cloned(), given(args, 3).cloned());
    let k = given(args, 4).map_or(Ok(1), small)?.max(0) as usize;
    check_size(world, k.saturating_mul(size_of::<Value>()))?;
    later(async move {
        let len = item::length(&population).await?;
        let weights = match (weights, sums) {
            (None, None) => None,
            (Some(_), Some(_)) => {
                let text = "Cannot specify both weights and cumulative weights";
                return Err(error::type_error(text));
            }
            (Some(weights), None) => {
                let weights = reals(&iterate::collect(world, &weights).await?).await?;
                let add = |sum: &mut f64, weight| {
                    *sum += weight;
                    Some(*sum)
                };
                Some(weights.into_iter().scan(0.0, add).collect())
            }
            (None, Some(sums)) => Some(reals(&iterate::collect(world, &sums).await?).await?),
        };
        let weights = weights.map(|sums| Cumulative::new(sums, len)).transpose()?;
        let mut chosen = Vec::with_capacity(k);
        world.spend(k);
        for _ in 0..k {
            let at = generator(world, &object, |random| match &weights {
                None => random.any(len),
                Some(weights) => random.weighted(weights),
            })?;
            chosen.push(item::get_later(world, &population, &Value::int(at)).await?);
        }
        Ok(Value::list(chosen))
    })
}
