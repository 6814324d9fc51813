//! What a thread shows of itself between two steps: its frames, with their lines and their
//! locals as text. Nothing of the program runs for it, and nothing changes.

use super::{Activation, Frame, Machine, World, text, types};
use crate::python::values::Value;

/// The most characters that are shown of a value.
const LONGEST: usize = 80;
/// Containers within containers that are shown.
const DEEPEST: usize = 4;

/// A call that is under way.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FrameView {
    /// The function's name; `<module>` of the program itself.
    pub function: String,
    /// Where it is: of the innermost frame, the line that is to be run next.
    pub line: u32,
    pub locals: Vec<Variable>,
}

/// A variable that is bound.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Variable {
    pub name: String,
    /// Its value as text, cut where it is long.
    pub value: String,
}

impl Machine {
    /// The calls of the program's functions that are under way, the outermost first.
    pub fn frames(&self) -> Vec<FrameView> {
        let last = self.activations.len().saturating_sub(1);
        let activations = self.activations.iter().enumerate();
        let frames = activations.filter_map(|(at, activation)| match activation {
            Activation::Frame(frame) if frame.is_of_program() => {
                Some(self.frame_view(frame, at == last))
            }
            _ => None,
        });
        frames.collect()
    }

    fn frame_view(&self, frame: &Frame, is_innermost: bool) -> FrameView {
        let next = frame.code.lines.get(frame.at).copied();
        let slots = self.stack.get(frame.base..).unwrap_or_default();
        let bound = frame
            .code
            .slots
            .iter()
            .zip(slots)
            .filter_map(|(name, value)| {
                let value = match value {
                    Value::Cell(cell) => cell.value.get(),
                    value => value.clone(),
                };
                Variable::of(self.world, name.text(), &value)
            });
        let names = frame.names.iter().flat_map(|names| names.iter());
        let of_class = names.filter_map(|(name, value)| {
            let is_own = !name.text().starts_with("__");
            Variable::of(self.world, name.text(), value).filter(|_| is_own)
        });
        FrameView {
            function: frame.code.qualified.clone(),
            line: next.filter(|_| is_innermost).unwrap_or(frame.line()),
            locals: bound.chain(of_class).collect(),
        }
    }
}

impl Variable {
    /// `None` if it is not bound.
    pub fn of(world: &'static World, name: &str, value: &Value) -> Option<Variable> {
        (!value.is_unset()).then(|| Variable {
            name: name.to_owned(),
            value: in_brief(world, value),
        })
    }
}

/// A value as text: like its `repr`, but cut where it is long or deep, and an instance by
/// its class and fields, whatever its class says.
pub fn in_brief(world: &'static World, value: &Value) -> String {
    let mut out = Brief {
        world,
        text: String::new(),
    };
    out.value(value, 0);
    if out.is_full() {
        out.text = out.text.chars().take(LONGEST - 1).collect();
        out.text.push('…');
    }
    out.text
}

struct Brief {
    world: &'static World,
    text: String,
}

impl Brief {
    fn is_full(&self) -> bool {
        self.text.len() > LONGEST && self.text.chars().nth(LONGEST).is_some()
    }

    fn value(&mut self, value: &Value, depth: usize) {
        match value {
            Value::Str(long) if long.as_str().len() > 4 * LONGEST => {
                let begin: String = long.as_str().chars().take(LONGEST).collect();
                self.plain(&Value::from(begin));
            }
            Value::Bytes(long) if long.as_slice().len() > LONGEST => {
                self.text
                    .push_str(&format!("<{} bytes>", long.as_slice().len()));
            }
            // Its digits take long to find if there are many.
            Value::Big(number) if number.bits() > 8 * LONGEST as u64 => {
                self.text
                    .push_str(&format!("<int of {} bits>", number.bits()));
            }
            Value::Unset
            | Value::None
            | Value::NotImplemented
            | Value::Ellipsis
            | Value::Bool(_)
            | Value::Int(_)
            | Value::Big(_)
            | Value::Float(_)
            | Value::Str(_)
            | Value::Bytes(_)
            | Value::Range(_) => self.plain(value),
            _ if depth > DEEPEST => self.text.push('…'),
            Value::Tuple(items) => {
                let end = if items.len() == 1 { ",)" } else { ")" };
                self.items("(", items.iter().cloned(), end, depth);
            }
            Value::List(list) => {
                // One more than can be shown: the others cost nothing.
                let items: Vec<Value> = (list.items.read().iter()).take(LONGEST).cloned().collect();
                self.items("[", items, "]", depth);
            }
            Value::Deque(deque) => {
                let items: Vec<Value> = (deque.row.read().items.iter())
                    .take(LONGEST)
                    .cloned()
                    .collect();
                self.items("deque([", items, "])", depth);
            }
            Value::Set(set) => {
                let items: Vec<Value> = (set.table.read().iter())
                    .take(LONGEST)
                    .map(|(_, item)| item.clone())
                    .collect();
                match items.is_empty() {
                    true => self.text.push_str("set()"),
                    false => self.items("{", items, "}", depth),
                }
            }
            Value::Dict(dict) => {
                let entries: Vec<(Value, Value)> = (dict.entries.read().iter())
                    .take(LONGEST)
                    .map(|entry| (entry.key.clone(), entry.value.clone()))
                    .collect();
                self.text.push('{');
                for (at, (key, value)) in entries.iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    self.separate(at);
                    self.value(key, depth + 1);
                    self.text.push_str(": ");
                    self.value(value, depth + 1);
                }
                self.text.push('}');
            }
            // A primitive's state is shown by itself, under its name.
            Value::Instance(instance) if instance.handle.get().is_some() => {
                self.text.push_str(&format!("<{}>", types::name_of(value)));
            }
            Value::Instance(instance) => {
                let fields: Vec<_> = (instance.fields.read().iter())
                    .map(|(name, value)| (name, value.clone()))
                    .collect();
                self.text.push_str(types::name_of(value));
                self.text.push('(');
                for (at, (name, value)) in fields.iter().enumerate() {
                    if self.is_full() {
                        return;
                    }
                    self.separate(at);
                    self.text.push_str(name.text());
                    self.text.push('=');
                    self.value(value, depth + 1);
                }
                self.text.push(')');
            }
            Value::Exception(exception) => {
                self.text.push_str(&exception.class.name);
                self.value(&exception.args.get(), depth + 1);
            }
            Value::Function(_) | Value::Closure(_) => {
                let name = value.as_function().map(|f| f.qualified());
                self.text
                    .push_str(&format!("<function {}>", name.unwrap_or_default()));
            }
            Value::Class(class) => self.text.push_str(&format!("<class {}>", class.qualified)),
            _ => self.text.push_str(&format!("<{}>", types::name_of(value))),
        }
    }

    /// What is written as its `repr`, which needs no Python code.
    fn plain(&mut self, value: &Value) {
        let text = text::repr(self.world, value).unwrap_or_default();
        self.text.push_str(text.as_str().unwrap_or_default());
    }

    fn items(
        &mut self,
        begin: &str,
        items: impl IntoIterator<Item = Value>,
        end: &str,
        depth: usize,
    ) {
        self.text.push_str(begin);
        for (at, item) in items.into_iter().enumerate() {
            if self.is_full() {
                return;
            }
            self.separate(at);
            self.value(&item, depth + 1);
        }
        self.text.push_str(end);
    }

    fn separate(&mut self, at: usize) {
        if at > 0 {
            self.text.push_str(", ");
        }
    }
}
