//! Calls of anything that can be called, and the binding of arguments to parameters.

use super::{
    Activation, Answer, Frame, Keywords, Machine, Result, Stop, Then, World, attribute, error,
    keys, later, sequence, types,
};
use crate::python::builtins::construct;
use crate::python::code::{Kind, Parameters};
use crate::python::names::{self, Name, NameMap};
use crate::python::values::{Class, Function, Instance, Native, Raise, Takes, Value, special};

/// Where a call's values lie on the stack.
#[derive(Clone, Copy)]
pub struct Place {
    /// The function; the stack is cut here.
    pub floor: usize,
    /// The first argument.
    pub first: usize,
}

impl Machine {
    /// Calls what lies on the stack, with the arguments from `first` to the top, of which
    /// the last ones are named by `keywords`.
    pub(super) fn call(&mut self, place: Place, keywords: &[Name], then: Then) -> Result<()> {
        let Place { floor, first } = place;
        match &self.stack[floor] {
            Value::Function(function) => self.call_function(function, place, keywords, then),
            Value::Closure(function) => {
                let function = function.clone();
                self.call_function(&function, place, keywords, then)
            }
            Value::Native(native) => self.call_native(native, place, keywords, then),
            Value::Method(method) => {
                let (function, object) = (method.function.clone(), method.object.clone());
                self.stack[floor] = function;
                self.stack.insert(first, object);
                self.call(place, keywords, then)
            }
            Value::Class(class) => self.call_class(class, place, keywords, then),
            callee => {
                let callee = callee.clone();
                self.call_other(&callee, place, keywords, then)
            }
        }
    }

    /// Calls with arguments that are not on the stack.
    pub(super) fn call_apart(
        &mut self,
        function: Value,
        args: Vec<Value>,
        keywords: Keywords,
        then: Then,
    ) -> Result<()> {
        let floor = self.stack.len();
        self.stack.push(function);
        self.stack.extend(args);
        let mut named = Vec::with_capacity(keywords.len());
        for (name, value) in keywords {
            named.push(name);
            self.stack.push(value);
        }
        let place = Place {
            floor,
            first: floor + 1,
        };
        let called = self.call(place, &named, then);
        if called.is_err() {
            self.stack.truncate(floor);
        }
        called
    }

    /// What becomes of an answer: its value is handed on at once, or later.
    pub(super) fn settle(&mut self, answer: Answer, floor: usize, then: Then) -> Result<()> {
        match answer {
            Ok(value) => {
                self.stack.truncate(floor);
                match self.deliver(then, super::Resumed::Yield(value)) {
                    super::Leave::Raised(raise) => Err(raise),
                    _ => Ok(()),
                }
            }
            Err(Stop::Raise(raise)) => Err(raise),
            Err(Stop::Call(function, args)) => {
                self.stack.truncate(floor);
                self.call_apart(function, args, Keywords::new(), then)
            }
            Err(Stop::Later(sequence)) => {
                self.stack.truncate(floor);
                self.push_sequence(sequence, floor, then)
            }
            Err(Stop::Perform(operation)) => {
                self.stack.truncate(floor);
                self.activations.push(Activation::Operation {
                    operation: Some(operation),
                    then,
                    given: std::mem::take(&mut self.given),
                    floor,
                });
                Ok(())
            }
            Err(Stop::Look(look)) => {
                let found = look(self).map_err(Stop::Raise);
                self.settle(found, floor, then)
            }
            Err(Stop::Name(make)) => {
                let made = make(&self.name_of_result());
                self.settle(made.map_err(Stop::Raise), floor, then)
            }
        }
    }

    #[inline]
    fn call_function(
        &mut self,
        function: &Function,
        place: Place,
        keywords: &[Name],
        then: Then,
    ) -> Result<()> {
        let Place { floor, first } = place;
        let code = function.code;
        let given = self.stack.len() - first;
        let parameters = &code.parameters;
        if given != parameters.positional || !keywords.is_empty() || !parameters.only_positional() {
            self.bind(function, first, keywords)?;
        }
        self.stack.resize(
            first + code.slots.len() - function.closure.len(),
            Value::Unset,
        );
        self.stack.extend_from_slice(&function.closure);
        if code.kind != Kind::Plain {
            return self.make_generator(function, place, then);
        }
        self.check_depth()?;
        self.activations.push(Activation::Frame(Frame::new(
            code,
            function.module,
            first,
            floor,
            then,
        )));
        Ok(())
    }

    /// Puts the arguments from `first` into the order of the parameters.
    #[inline(never)]
    fn bind(&mut self, function: &Function, first: usize, keywords: &[Name]) -> Result<()> {
        let mut args: Vec<Value> = self.stack.drain(first..).collect();
        let named = args.split_off(args.len() - keywords.len());
        let named = keywords.iter().copied().zip(named);
        let bound = bind(&Signature::of(function), args, named)?;
        self.stack.extend(bound);
        Ok(())
    }

    #[inline]
    fn call_native(
        &mut self,
        native: &'static Native,
        place: Place,
        keywords: &[Name],
        then: Then,
    ) -> Result<()> {
        let Place { floor, first } = place;
        let answer = if keywords.is_empty() && native.takes.fits(self.stack.len() - first) {
            let answer = (native.run)(self.world, &self.stack[first..]);
            self.keep_given(&answer, first);
            own_object(native, self.stack.get(first), answer)
        } else {
            let args = self.stack.split_off(first);
            let (args, named) = args.split_at(args.len() - keywords.len());
            let named = keywords.iter().copied().zip(named.iter().cloned());
            let args = bind_native(native, args, named.collect())?;
            let answer = own_object(native, args.first(), (native.run)(self.world, &args));
            if self.world.threads.are_told() {
                self.given = args;
            }
            answer
        };
        self.settle(answer, floor, then)
    }

    /// Keeps the arguments of a builtin that is not done, if states are to be told.
    #[inline]
    pub(super) fn keep_given(&mut self, answer: &Answer, first: usize) {
        if answer.is_err() && self.world.threads.are_told() {
            self.given = self.stack[first..].to_vec();
        }
    }

    /// Makes an instance.
    fn call_class(
        &mut self,
        class: &'static Class,
        place: Place,
        keywords: &[Name],
        then: Then,
    ) -> Result<()> {
        let Place { floor, first } = place;
        if let Some(call) = class.meta.and_then(|meta| meta.find_defined(names::CALL)) {
            self.stack[floor] = call;
            self.stack.insert(first, Value::Class(class));
            return self.call(place, keywords, then);
        }
        let simple = !class.builtin && class.layout == crate::python::values::Layout::Object;
        let new = class.find(names::NEW);
        if simple
            && matches!(new, Some(Value::Native(_)) | None)
            && let Some(init @ (Value::Function(_) | Value::Closure(_))) = class.find(names::INIT)
            && matches!(then, Then::Push)
            && matches!(self.activations.last(), Some(Activation::Frame(_)))
            && !class.has(special::ABSTRACT)
        {
            let instance = Value::Instance(Instance::new(class, Value::Unset, self.world.serial()));
            // The instance waits below the frame of its `__init__`.
            self.stack[floor] = instance.clone();
            self.stack.insert(first, instance);
            let place = Place {
                floor: floor + 1,
                first,
            };
            return match init {
                Value::Function(function) => {
                    self.call_function(function, place, keywords, Then::Init)
                }
                Value::Closure(function) => {
                    self.call_function(&function, place, keywords, Then::Init)
                }
                _ => Ok(()),
            };
        }
        let mut args = self.stack.split_off(first);
        let named = args.split_off(args.len() - keywords.len());
        let named = keywords.iter().copied().zip(named).collect();
        let answer = construct::instance(self.world, class, args, named);
        self.settle(answer, floor, then)
    }

    /// Calls an object by its `__call__`, or says that it cannot be called.
    fn call_other(
        &mut self,
        callee: &Value,
        place: Place,
        keywords: &[Name],
        then: Then,
    ) -> Result<()> {
        let Place { floor, first } = place;
        if let Value::Wrapper(_) = callee {
            self.stack[floor] = attribute::unwrap(callee);
            if !matches!(self.stack[floor], Value::Wrapper(_)) {
                return self.call(place, keywords, then);
            }
        }
        if let Value::Alias(alias) = callee
            && !alias.origin.is_unset()
        {
            self.stack[floor] = alias.origin.clone();
            return self.call(place, keywords, then);
        }
        let Some(method) = types::class_of(callee).find(names::CALL) else {
            let name = types::name_of(callee);
            return Err(error::type_error(format!(
                "'{name}' object is not callable"
            )));
        };
        if matches!(
            method,
            Value::Function(_) | Value::Closure(_) | Value::Native(_)
        ) {
            self.stack[floor] = method;
            self.stack.insert(first, callee.clone());
            return self.call(place, keywords, then);
        }
        let mut args = self.stack.split_off(first);
        let named = args.split_off(args.len() - keywords.len());
        let named: Keywords = keywords.iter().copied().zip(named).collect();
        let callee = callee.clone();
        let answer = later(async move {
            let bound = attribute::bind(method, &callee, types::class_of(&callee)).await?;
            sequence::call_with(&bound, args, named).await
        });
        self.settle(answer, floor, then)
    }
}

/// The answer of a method; if it raised, and the object is of another type, that is why.
#[inline]
pub fn own_object(native: &Native, object: Option<&Value>, answer: Answer) -> Answer {
    match (&answer, object) {
        // An iterator that is at its end has another type than it had.
        (_, Some(Value::Iter(_))) => answer,
        (Err(Stop::Raise(_)), Some(object)) => match of_another_type(native, object) {
            Some(text) => Err(error::type_error(text).into()),
            None => answer,
        },
        _ => answer,
    }
}

/// What is wrong with a method of a type that an object is not of.
fn of_another_type(native: &Native, object: &Value) -> Option<String> {
    let mut line = types::class_of(object).line();
    if native.owner.is_empty() || line.any(|class| class.name == native.owner) {
        return None;
    }
    let (name, owner, found) = (native.name, native.owner, types::name_of(object));
    Some(match name.starts_with("__") {
        true => format!("descriptor '{name}' requires a '{owner}' object but received a '{found}'"),
        false => {
            format!("descriptor '{name}' for '{owner}' objects doesn't apply to a '{found}' object")
        }
    })
}

/// What a function takes, as its errors tell it.
pub struct Signature<'a> {
    pub qualified: &'a str,
    /// The names of the parameters by position, then of those by keyword.
    pub names: &'a [Name],
    pub parameters: &'a Parameters,
    /// Of the last parameters by position.
    pub defaults: &'a [Value],
    pub keyword_defaults: &'a NameMap,
}

impl Signature<'_> {
    fn of(function: &Function) -> Signature<'_> {
        let code = function.code;
        let parameters = &code.parameters;
        Signature {
            qualified: &code.qualified,
            names: &code.slots[..parameters.positional + parameters.keyword_only],
            parameters,
            defaults: &function.defaults,
            keyword_defaults: &function.keyword_defaults,
        }
    }
}

/// The arguments of a call, one for each parameter.
pub fn bind(
    signature: &Signature,
    args: Vec<Value>,
    keywords: impl Iterator<Item = (Name, Value)>,
) -> Result<Vec<Value>> {
    let Signature {
        qualified,
        names,
        parameters,
        ..
    } = signature;
    let named = names.len();
    let given = args.len();
    let mut bound = vec![Value::Unset; parameters.count()];
    let mut rest = Vec::new();
    for (at, arg) in args.into_iter().enumerate() {
        if at < parameters.positional {
            bound[at] = arg;
        } else {
            rest.push(arg);
        }
    }
    let mut others = Vec::new();
    let mut positional_only = Vec::new();
    for (name, value) in keywords {
        match names.iter().position(|n| *n == name) {
            Some(at) if at < parameters.positional_only && !parameters.keywords => {
                positional_only.push(name.text());
            }
            Some(at) if at >= parameters.positional_only => {
                if !bound[at].is_unset() {
                    return Err(error::type_error(format!(
                        "{qualified}() got multiple values for argument '{}'",
                        name.text()
                    )));
                }
                bound[at] = value;
            }
            _ if parameters.keywords => others.push((name, value)),
            _ => {
                let text = format!(
                    "{qualified}() got an unexpected keyword argument '{}'",
                    name.text()
                );
                return Err(error::type_error(text));
            }
        }
    }
    if !positional_only.is_empty() {
        return Err(error::type_error(format!(
            "{qualified}() got some positional-only arguments passed as keyword arguments: '{}'",
            positional_only.join(", ")
        )));
    }
    if !rest.is_empty() && !parameters.rest {
        return Err(too_many(signature, given, &bound));
    }
    let defaults = signature.defaults;
    let first_default = parameters.positional.saturating_sub(defaults.len());
    for (at, slot) in bound[..parameters.positional].iter_mut().enumerate() {
        if slot.is_unset() && at >= first_default {
            *slot = defaults[at - first_default].clone();
        }
    }
    missing(signature, &bound[..parameters.positional], 0, "positional")?;
    let keyword_only = bound[..named].iter_mut().zip(*names);
    for (slot, name) in keyword_only.skip(parameters.positional) {
        if slot.is_unset()
            && let Some(default) = signature.keyword_defaults.get(*name)
        {
            *slot = default.clone();
        }
    }
    missing(
        signature,
        &bound[parameters.positional..named],
        parameters.positional,
        "keyword-only",
    )?;
    if parameters.rest {
        bound[named] = Value::tuple(rest);
    }
    if parameters.keywords {
        bound[named + usize::from(parameters.rest)] = keys::new_dict(others);
    }
    Ok(bound)
}

/// An error if a parameter has no argument.
fn missing(signature: &Signature, bound: &[Value], first: usize, kind: &str) -> Result<()> {
    let names: Vec<String> = bound
        .iter()
        .enumerate()
        .filter(|(_, value)| value.is_unset())
        .map(|(at, _)| format!("'{}'", signature.names[first + at].text()))
        .collect();
    let listed = match &names[..] {
        [] => return Ok(()),
        [one] => one.clone(),
        [one, two] => format!("{one} and {two}"),
        [all @ .., last] => format!("{}, and {last}", all.join(", ")),
    };
    Err(error::type_error(format!(
        "{}() missing {} required {kind} argument{}: {listed}",
        signature.qualified,
        names.len(),
        if names.len() == 1 { "" } else { "s" }
    )))
}

fn too_many(signature: &Signature, given: usize, bound: &[Value]) -> Raise {
    let parameters = signature.parameters;
    let most = parameters.positional;
    let least = most.saturating_sub(signature.defaults.len());
    let plural = if most == 1 { "" } else { "s" };
    let takes = if least == most {
        format!("{most} positional argument{plural}")
    } else {
        format!("from {least} to {most} positional arguments")
    };
    let only = &bound[most..most + parameters.keyword_only];
    let named = only.iter().filter(|value| !value.is_unset()).count();
    let (given, verb) = if named > 0 {
        let plural = if named == 1 { "" } else { "s" };
        let s = if given == 1 { "" } else { "s" };
        let text =
            format!("{given} positional argument{s} (and {named} keyword-only argument{plural})");
        (text, "were")
    } else {
        (given.to_string(), if given == 1 { "was" } else { "were" })
    };
    error::type_error(format!(
        "{}() takes {takes} but {given} {verb} given",
        signature.qualified
    ))
}

/// The arguments of a builtin, one for each name, then the rest.
pub fn bind_native(native: &Native, args: &[Value], keywords: Keywords) -> Result<Vec<Value>> {
    let takes = &native.takes;
    let shown = native.name;
    if args.len() > takes.positional && !takes.rest {
        return Err(error::type_error(wrong_count(native, args)));
    }
    let mut bound = vec![Value::Unset; takes.names.len()];
    let by_position = args.len().min(takes.positional);
    bound[..by_position].clone_from_slice(&args[..by_position]);
    let mut others = Vec::new();
    for (name, value) in keywords {
        let text = name.text();
        match takes.names.iter().position(|n| *n == text) {
            Some(at) if at >= takes.unnamed => {
                if !bound[at].is_unset() {
                    return Err(error::type_error(format!(
                        "argument for {shown}() given by name ('{text}') and position ({})",
                        at + 1
                    )));
                }
                bound[at] = value;
            }
            _ if takes.keywords => others.push((name, value)),
            _ if takes.names.len() == takes.unnamed => {
                let name = native.shown();
                return Err(error::type_error(format!(
                    "{name}() takes no keyword arguments"
                )));
            }
            _ => {
                let text = format!("'{text}' is an invalid keyword argument for {shown}()");
                return Err(error::type_error(text));
            }
        }
    }
    if let Some(at) = bound[..takes.required].iter().position(Value::is_unset) {
        if takes.unnamed > at {
            return Err(error::type_error(wrong_count(native, args)));
        }
        return Err(error::type_error(format!(
            "{shown}() missing required argument '{}' (pos {})",
            takes.names[at],
            at + 1
        )));
    }
    if takes.keywords {
        bound.push(keys::new_dict(others));
    }
    bound.extend_from_slice(&args[by_position..]);
    Ok(bound)
}

/// How CPython's argument parsing says that the number of arguments is wrong.
fn wrong_count(native: &Native, args: &[Value]) -> String {
    if let Some(text) = args
        .first()
        .and_then(|object| of_another_type(native, object))
    {
        return text;
    }
    let given = args.len();
    let Takes {
        required,
        positional,
        ..
    } = native.takes;
    // Methods count their object, which the caller did not write.
    let own = usize::from(!native.owner.is_empty());
    let given_in_all = given;
    let (given, least, most) = (
        given.saturating_sub(own),
        required.saturating_sub(own),
        positional.saturating_sub(own),
    );
    let shown = native.shown();
    if given_in_all < own {
        return match native.name.starts_with("__") {
            true => format!(
                "descriptor '{}' of '{}' object needs an argument",
                native.name, native.owner
            ),
            false => format!("unbound method {shown}() needs an argument"),
        };
    }
    match native.name {
        "sorted" => return format!("sorted expected 1 argument, got {given}"),
        "object" => return "object() takes no arguments".to_owned(),
        "int" | "str" | "property" if given > most => {
            return format!("{shown}() takes at most {most} arguments ({given} given)");
        }
        _ => {}
    }
    let plural = |count: usize| if count == 1 { "" } else { "s" };
    if native.takes.names.len() > native.takes.positional && most == 0 {
        return format!("{}() takes no positional arguments", native.name);
    }
    if least == most {
        return match most {
            0 => format!("{shown}() takes no arguments ({given} given)"),
            1 => format!("{shown}() takes exactly one argument ({given} given)"),
            _ => format!("{} expected {most} arguments, got {given}", native.name),
        };
    }
    if given < least {
        format!(
            "{} expected at least {least} argument{}, got {given}",
            native.name,
            plural(least)
        )
    } else {
        format!(
            "{} expected at most {most} argument{}, got {given}",
            native.name,
            plural(most)
        )
    }
}

/// Calls a builtin, or says what else a value can do when it is called; for natives that
/// call others directly.
pub fn native(world: &'static World, native: &'static Native, args: &[Value]) -> Answer {
    if native.takes.fits(args.len()) {
        return (native.run)(world, args);
    }
    let args = bind_native(native, args, Keywords::new())?;
    (native.run)(world, &args)
}

/// Whether a value can be called.
pub fn is_callable(value: &Value) -> bool {
    match value {
        Value::Function(_) | Value::Closure(_) | Value::Native(_) | Value::Method(_) => true,
        Value::Class(_) => true,
        Value::Wrapper(wrapper) => matches!(**wrapper, crate::python::values::Wrapper::Static(_)),
        _ => types::class_of(value).find(names::CALL).is_some(),
    }
}
