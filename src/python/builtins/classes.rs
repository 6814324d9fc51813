//! The builtin types: their names, bases and tables of methods. They are the same for all
//! programs, and never change.

use std::sync::LazyLock;

use super::{
    Table, add, bytes, construct, deques, dicts, exceptions, generators, iteration, lists, numbers,
    objects,
};
use super::{sets, strings, tuples};
use crate::python::code::forever;
use crate::python::names::{self, Name, NameMap};
use crate::python::text;
use crate::python::values::{Class, Layout, Value};

macro_rules! classes {
    ($($field:ident = $name:literal ([$($base:ident)*], $layout:ident) [$($table:path),*],)*) => {
        /// The builtin types by name.
        pub struct Classes {
            $(pub $field: &'static Class,)*
        }

        fn make() -> Classes {
            $(let $field = class($name, &[$($base),*], Layout::$layout, &[$($table),*]);)*
            Classes { $($field),* }
        }

        impl Classes {
            fn all(&self) -> Vec<(&'static str, &'static Class)> {
                vec![$(($name, self.$field)),*]
            }
        }
    };
}

/// The deque, which is in a module, and not among the builtins.
const IN_COLLECTIONS: &[&str] = &["deque"];

fn class(
    name: &'static str,
    bases: &[&'static Class],
    layout: Layout,
    tables: &[Table],
) -> &'static Class {
    let mut fixed = NameMap::new();
    objects::able(&mut fixed, name);
    for table in tables {
        add(&mut fixed, name, table);
    }
    construct::add_static(&mut fixed, name);
    let is_mutable = matches!(
        layout,
        Layout::List | Layout::Deque | Layout::Dict | Layout::Set
    );
    if is_mutable || ["dict_keys", "dict_items"].contains(&name) {
        fixed.set(names::HASH, Value::None);
    }
    let module = match IN_COLLECTIONS.contains(&name) {
        true => Name::new("collections"),
        false => names::BUILTINS_MODULE,
    };
    forever(Class::builtin(name, module, bases, layout, fixed))
}

classes! {
    object = "object" ([], Object) [objects::METHODS],
    type_ = "type" ([object], Type) [objects::TYPE_METHODS],
    none_type = "NoneType" ([object], Final) [],
    not_implemented_type = "NotImplementedType" ([object], Final) [],
    ellipsis = "ellipsis" ([object], Final) [],
    int = "int" ([object], Int) [numbers::INT_METHODS],
    float = "float" ([object], Float) [numbers::FLOAT_METHODS],
    str = "str" ([object], Str) [strings::METHODS],
    bytes = "bytes" ([object], Bytes) [bytes::METHODS],
    tuple = "tuple" ([object], Tuple) [tuples::METHODS],
    list = "list" ([object], List) [lists::METHODS],
    deque = "deque" ([object], Deque) [deques::METHODS],
    dict = "dict" ([object], Dict) [dicts::METHODS],
    set = "set" ([object], Set) [sets::COMMON, sets::METHODS],
    frozenset = "frozenset" ([object], FrozenSet) [sets::COMMON],
    range = "range" ([object], Final) [tuples::RANGE_METHODS],
    slice = "slice" ([object], Final) [tuples::SLICE_METHODS],
    function = "function" ([object], Final) [],
    builtin_function = "builtin_function_or_method" ([object], Final) [],
    method_descriptor = "method_descriptor" ([object], Final) [],
    method = "method" ([object], Final) [],
    module = "module" ([object], Module) [],
    property = "property" ([object], Final) [objects::PROPERTY_METHODS],
    staticmethod = "staticmethod" ([object], Final) [],
    classmethod = "classmethod" ([object], Final) [],
    member_descriptor = "member_descriptor" ([object], Final) [],
    super_ = "super" ([object], Final) [],
    dict_keys = "dict_keys" ([object], Final) [dicts::VIEW_METHODS],
    dict_values = "dict_values" ([object], Final) [],
    dict_items = "dict_items" ([object], Final) [dicts::VIEW_METHODS],
    mappingproxy = "mappingproxy" ([object], Final) [dicts::PROXY_METHODS],
    union_type = "types.UnionType" ([object], Final) [],
    generic_alias = "types.GenericAlias" ([object], Final) [],
    code = "code" ([object], Final) [],
    cell = "cell" ([object], Final) [],
    generator = "generator" ([object], Final) [iteration::ITERATOR_METHODS, generators::METHODS],
    coroutine = "coroutine" ([object], Final) [generators::METHODS, generators::COROUTINE_METHODS],
    async_generator = "async_generator" ([object], Final) [generators::ASYNC_METHODS],
    list_iterator = "list_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    list_reverseiterator = "list_reverseiterator" ([object], Final) [iteration::ITERATOR_METHODS],
    tuple_iterator = "tuple_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    str_iterator = "str_ascii_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    bytes_iterator = "bytes_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    range_iterator = "range_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    dict_keyiterator = "dict_keyiterator" ([object], Final) [iteration::ITERATOR_METHODS],
    dict_valueiterator = "dict_valueiterator" ([object], Final) [iteration::ITERATOR_METHODS],
    dict_itemiterator = "dict_itemiterator" ([object], Final) [iteration::ITERATOR_METHODS],
    deque_iterator = "_collections._deque_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    deque_reverse_iterator = "_collections._deque_reverse_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    set_iterator = "set_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    enumerate = "enumerate" ([object], Final) [iteration::ITERATOR_METHODS],
    zip = "zip" ([object], Final) [iteration::ITERATOR_METHODS],
    map = "map" ([object], Final) [iteration::ITERATOR_METHODS],
    filter = "filter" ([object], Final) [iteration::ITERATOR_METHODS],
    reversed = "reversed" ([object], Final) [iteration::ITERATOR_METHODS],
    callable_iterator = "callable_iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    iterator = "iterator" ([object], Final) [iteration::ITERATOR_METHODS],
    bool = "bool" ([int], Final) [],
    base_exception = "BaseException" ([object], Exception) [exceptions::METHODS],
    exception = "Exception" ([base_exception], Exception) [],
    system_exit = "SystemExit" ([base_exception], Exception) [],
    keyboard_interrupt = "KeyboardInterrupt" ([base_exception], Exception) [],
    generator_exit = "GeneratorExit" ([base_exception], Exception) [],
    stop_iteration = "StopIteration" ([exception], Exception) [],
    stop_async_iteration = "StopAsyncIteration" ([exception], Exception) [],
    arithmetic_error = "ArithmeticError" ([exception], Exception) [],
    assertion_error = "AssertionError" ([exception], Exception) [],
    attribute_error = "AttributeError" ([exception], Exception) [],
    buffer_error = "BufferError" ([exception], Exception) [],
    eof_error = "EOFError" ([exception], Exception) [],
    import_error = "ImportError" ([exception], Exception) [],
    lookup_error = "LookupError" ([exception], Exception) [],
    memory_error = "MemoryError" ([exception], Exception) [],
    name_error = "NameError" ([exception], Exception) [],
    os_error = "OSError" ([exception], Exception) [],
    reference_error = "ReferenceError" ([exception], Exception) [],
    runtime_error = "RuntimeError" ([exception], Exception) [],
    syntax_error = "SyntaxError" ([exception], Exception) [],
    system_error = "SystemError" ([exception], Exception) [],
    type_error = "TypeError" ([exception], Exception) [],
    value_error = "ValueError" ([exception], Exception) [],
    warning = "Warning" ([exception], Exception) [],
    floating_point_error = "FloatingPointError" ([arithmetic_error], Exception) [],
    overflow_error = "OverflowError" ([arithmetic_error], Exception) [],
    zero_division_error = "ZeroDivisionError" ([arithmetic_error], Exception) [],
    module_not_found_error = "ModuleNotFoundError" ([import_error], Exception) [],
    index_error = "IndexError" ([lookup_error], Exception) [],
    key_error = "KeyError" ([lookup_error], Exception) [],
    unbound_local_error = "UnboundLocalError" ([name_error], Exception) [],
    blocking_io_error = "BlockingIOError" ([os_error], Exception) [],
    child_process_error = "ChildProcessError" ([os_error], Exception) [],
    connection_error = "ConnectionError" ([os_error], Exception) [],
    file_exists_error = "FileExistsError" ([os_error], Exception) [],
    file_not_found_error = "FileNotFoundError" ([os_error], Exception) [],
    interrupted_error = "InterruptedError" ([os_error], Exception) [],
    is_a_directory_error = "IsADirectoryError" ([os_error], Exception) [],
    not_a_directory_error = "NotADirectoryError" ([os_error], Exception) [],
    permission_error = "PermissionError" ([os_error], Exception) [],
    process_lookup_error = "ProcessLookupError" ([os_error], Exception) [],
    timeout_error = "TimeoutError" ([os_error], Exception) [],
    broken_pipe_error = "BrokenPipeError" ([connection_error], Exception) [],
    connection_aborted_error = "ConnectionAbortedError" ([connection_error], Exception) [],
    connection_refused_error = "ConnectionRefusedError" ([connection_error], Exception) [],
    connection_reset_error = "ConnectionResetError" ([connection_error], Exception) [],
    not_implemented_error = "NotImplementedError" ([runtime_error], Exception) [],
    recursion_error = "RecursionError" ([runtime_error], Exception) [],
    indentation_error = "IndentationError" ([syntax_error], Exception) [],
    tab_error = "TabError" ([indentation_error], Exception) [],
    unicode_error = "UnicodeError" ([value_error], Exception) [],
    unicode_decode_error = "UnicodeDecodeError" ([unicode_error], Exception) [],
    unicode_encode_error = "UnicodeEncodeError" ([unicode_error], Exception) [],
    unicode_translate_error = "UnicodeTranslateError" ([unicode_error], Exception) [],
    bytes_warning = "BytesWarning" ([warning], Exception) [],
    deprecation_warning = "DeprecationWarning" ([warning], Exception) [],
    future_warning = "FutureWarning" ([warning], Exception) [],
    import_warning = "ImportWarning" ([warning], Exception) [],
    pending_deprecation_warning = "PendingDeprecationWarning" ([warning], Exception) [],
    resource_warning = "ResourceWarning" ([warning], Exception) [],
    runtime_warning = "RuntimeWarning" ([warning], Exception) [],
    syntax_warning = "SyntaxWarning" ([warning], Exception) [],
    unicode_warning = "UnicodeWarning" ([warning], Exception) [],
    user_warning = "UserWarning" ([warning], Exception) [],
    base_exception_group = "BaseExceptionGroup" ([base_exception], Exception) [exceptions::GROUP_METHODS],
    exception_group = "ExceptionGroup" ([base_exception_group exception], Exception) [],
}

/// The builtin types.
#[inline]
pub fn classes() -> &'static Classes {
    static CLASSES: LazyLock<Classes> = LazyLock::new(make);
    &CLASSES
}

/// Types that have no name of their own among the builtins.
const HIDDEN: &[&str] = &[
    "NoneType",
    "NotImplementedType",
    "ellipsis",
    "function",
    "builtin_function_or_method",
    "method_descriptor",
    "method",
    "module",
    "member_descriptor",
    "dict_keys",
    "dict_values",
    "dict_items",
    "mappingproxy",
    "types.UnionType",
    "types.GenericAlias",
    "code",
    "cell",
    "generator",
    "coroutine",
    "async_generator",
    "iterator",
    "callable_iterator",
];

impl Classes {
    /// The types that programs can name, by name.
    pub fn public(&self) -> impl Iterator<Item = (&'static str, &'static Class)> {
        let public = |(name, _): &(&str, _)| {
            let iterator = name.ends_with("iterator");
            !iterator && !HIDDEN.contains(name) && !IN_COLLECTIONS.contains(name)
        };
        let others = [
            ("IOError", self.os_error),
            ("EnvironmentError", self.os_error),
        ];
        self.all().into_iter().filter(public).chain(others)
    }

    /// The class of an error of the pure functions.
    pub fn of_kind(&self, kind: text::Kind) -> &'static Class {
        let named = |(name, _): &(&str, _)| *name == kind.name();
        self.all()
            .into_iter()
            .find(named)
            .map_or(self.runtime_error, |(_, class)| class)
    }
}
