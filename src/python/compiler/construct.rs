//! Python's constructs, in one table: what the syntax tree can hold, and what of it is
//! refused. [`refuse`](super::refuse) tells programs by it, and the tests compare it with
//! their rows and random programs. The functions that find constructs match every node of
//! the tree, so that none is forgotten when the parser learns a new one.

use ruff_python_ast::{
    BoolOp, CmpOp, Comprehension, ConversionFlag, ExceptHandler, Expr, InterpolatedElement,
    InterpolatedStringElement, Number, Operator, Parameters, Pattern, Stmt, UnaryOp,
};

macro_rules! constructs {
    (supported { $($variant:ident = $text:literal,)* }
     refused { $($other:ident = $refused:literal, $instead:literal;)* }) => {
        /// A part of the language.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Construct { $($variant,)* $($other,)* }

        impl Construct {
            pub const ALL: &[Construct] = &[$(Construct::$variant,)* $(Construct::$other,)*];

            pub fn text(self) -> &'static str {
                match self {
                    $(Construct::$variant => $text,)*
                    $(Construct::$other => $refused,)*
                }
            }

            /// What to write instead, if it is not supported.
            pub fn instead(self) -> Option<&'static str> {
                match self {
                    $(Construct::$other => Some($instead),)*
                    _ => None,
                }
            }
        }
    };
}

constructs! {
    supported {
        Expression = "an expression as a statement",
        Assignment = "=",
        ChainedAssignment = "a = b = …",
        Annotation = "name: type",
        AnnotatedAssignment = "name: type = …",
        AugmentedAssignment = "+= and the like",
        UnpackingTarget = "a, b = …",
        StarredTarget = "a, *b = …",
        AttributeTarget = "a.b = …",
        ItemTarget = "a[b] = …",
        Delete = "del name",
        DeleteAttribute = "del a.b",
        DeleteItem = "del a[b]",
        Pass = "pass",
        Global = "global",
        Nonlocal = "nonlocal",
        Import = "import",
        ImportAs = "import as",
        ImportFrom = "from import",
        ImportAll = "from import *",
        Assert = "assert",
        AssertWithText = "assert with a text",
        If = "if",
        Elif = "elif",
        Else = "else",
        While = "while",
        WhileElse = "while else",
        For = "for",
        ForElse = "for else",
        AsyncFor = "async for",
        Break = "break",
        Continue = "continue",
        With = "with",
        WithAs = "with as",
        WithSeveral = "with of several",
        AsyncWith = "async with",
        Raise = "raise",
        RaiseFrom = "raise from",
        RaiseAgain = "raise alone",
        Try = "try",
        Except = "except",
        ExceptAll = "except of everything",
        ExceptAs = "except as",
        ExceptStar = "except*",
        TryElse = "try else",
        Finally = "finally",
        Match = "match",
        Guard = "case if",
        ValuePattern = "a value as a pattern",
        SingletonPattern = "None, True and False as patterns",
        SequencePattern = "patterns of sequences",
        StarPattern = "*rest as a pattern",
        MappingPattern = "patterns of mappings",
        MappingRestPattern = "**rest as a pattern",
        ClassPattern = "patterns of classes by position",
        ClassKeywordPattern = "patterns of classes by name",
        CapturePattern = "a name as a pattern",
        WildcardPattern = "_ as a pattern",
        AsPattern = "a pattern as a name",
        OrPattern = "patterns with |",
        Function = "def",
        AsyncFunction = "async def",
        Decorator = "@decorator",
        Parameter = "parameters",
        Default = "defaults",
        PositionalOnly = "parameters before /",
        KeywordOnly = "parameters after *",
        Rest = "*args",
        Keywords = "**kwargs",
        ParameterHint = "types of parameters",
        ReturnHint = "-> type",
        Return = "return",
        ReturnValue = "return of a value",
        Lambda = "lambda",
        Class = "class",
        Base = "bases",
        ClassKeyword = "keywords of a class",
        ClassDecorator = "@decorator of a class",
        Yield = "yield",
        YieldFrom = "yield from",
        Await = "await",
        And = "and",
        Or = "or",
        Not = "not",
        Negative = "-a",
        Positive = "+a",
        Invert = "~a",
        Add = "+",
        Subtract = "-",
        Multiply = "*",
        MatrixMultiply = "@",
        Divide = "/",
        FloorDivide = "//",
        Modulo = "%",
        Power = "**",
        LeftShift = "<<",
        RightShift = ">>",
        BitAnd = "&",
        BitOr = "|",
        BitXor = "^",
        Equal = "==",
        NotEqual = "!=",
        Less = "<",
        LessEqual = "<=",
        Greater = ">",
        GreaterEqual = ">=",
        Is = "is",
        IsNot = "is not",
        In = "in",
        NotIn = "not in",
        ChainedComparison = "a < b < c",
        Walrus = ":=",
        Conditional = "a if b else c",
        Name = "names",
        Attribute = "a.b",
        Item = "a[b]",
        Slice = "a[b:c]",
        SliceStep = "a[b:c:d]",
        Call = "calls",
        CallKeyword = "calls with keywords",
        CallUnpacking = "calls with *",
        CallKeywordsUnpacking = "calls with **",
        Text = "strings",
        JoinedText = "strings beside each other",
        Bytes = "bytes",
        Int = "ints",
        Float = "floats",
        Bool = "True and False",
        None = "None",
        Ellipsis = "...",
        FString = "f-strings",
        FStringConversion = "!r, !s and !a in f-strings",
        FStringSpec = "formats in f-strings",
        FStringNestedSpec = "values in formats in f-strings",
        FStringDebug = "= in f-strings",
        Tuple = "tuples",
        List = "lists",
        Set = "sets",
        Dict = "dicts",
        Unpacking = "* in tuples, lists and sets",
        DictUnpacking = "** in dicts",
        ListComprehension = "list comprehensions",
        SetComprehension = "set comprehensions",
        DictComprehension = "dict comprehensions",
        GeneratorExpression = "generator expressions",
        ComprehensionIf = "comprehensions with if",
        NestedComprehension = "comprehensions with several for",
        AsyncComprehension = "async comprehensions",
    }
    refused {
        TypeParameters = "type parameters", "Leave the brackets out: types are not checked.";
        TypeAlias = "type statements", "Write Name = …, as before Python 3.12.";
        RelativeImport = "relative imports", "A program is one file: put the other one's code into it.";
        LazyImport = "lazy imports", "Write a plain import.";
        Complex = "complex numbers", "Keep the real and the imaginary part as two floats.";
        TemplateString = "template strings", "Write an f-string.";
        Shell = "commands of a notebook", "Write Python.";
    }
}

/// The constructs that a statement consists of, without those of its parts.
pub fn of_statement(statement: &Stmt, add: &mut impl FnMut(Construct)) {
    use Construct as C;
    let mut add_if = |holds: bool, construct| {
        if holds {
            add(construct);
        }
    };
    match statement {
        Stmt::FunctionDef(def) => {
            add_if(
                true,
                if def.is_async {
                    C::AsyncFunction
                } else {
                    C::Function
                },
            );
            add_if(!def.decorator_list.is_empty(), C::Decorator);
            add_if(def.type_params.is_some(), C::TypeParameters);
            add_if(def.returns.is_some(), C::ReturnHint);
            of_parameters(&def.parameters, add);
        }
        Stmt::ClassDef(class) => {
            add_if(true, C::Class);
            add_if(!class.decorator_list.is_empty(), C::ClassDecorator);
            add_if(class.type_params.is_some(), C::TypeParameters);
            if let Some(arguments) = &class.arguments {
                add_if(!arguments.args.is_empty(), C::Base);
                add_if(!arguments.keywords.is_empty(), C::ClassKeyword);
            }
        }
        Stmt::Return(jump) => {
            add_if(true, C::Return);
            add_if(jump.value.is_some(), C::ReturnValue);
        }
        Stmt::Delete(delete) => delete.targets.iter().for_each(|target| {
            add(match target {
                Expr::Attribute(_) => C::DeleteAttribute,
                Expr::Subscript(_) => C::DeleteItem,
                _ => C::Delete,
            });
        }),
        Stmt::TypeAlias(_) => add(C::TypeAlias),
        Stmt::Assign(assign) => {
            add_if(true, C::Assignment);
            add_if(assign.targets.len() > 1, C::ChainedAssignment);
            assign
                .targets
                .iter()
                .for_each(|target| of_target(target, add));
        }
        Stmt::AugAssign(assign) => {
            add(C::AugmentedAssignment);
            add(of_operator(assign.op));
            of_target(&assign.target, add);
        }
        Stmt::AnnAssign(assign) => {
            add(match assign.value {
                Some(_) => C::AnnotatedAssignment,
                None => C::Annotation,
            });
            of_target(&assign.target, add);
        }
        Stmt::For(loop_) => {
            add_if(true, if loop_.is_async { C::AsyncFor } else { C::For });
            add_if(!loop_.orelse.is_empty(), C::ForElse);
            of_target(&loop_.target, add);
        }
        Stmt::While(loop_) => {
            add_if(true, C::While);
            add_if(!loop_.orelse.is_empty(), C::WhileElse);
        }
        Stmt::If(choice) => {
            add_if(true, C::If);
            for clause in &choice.elif_else_clauses {
                add_if(
                    true,
                    if clause.test.is_some() {
                        C::Elif
                    } else {
                        C::Else
                    },
                );
            }
        }
        Stmt::With(with) => {
            add_if(true, if with.is_async { C::AsyncWith } else { C::With });
            add_if(with.items.len() > 1, C::WithSeveral);
            let targets = with
                .items
                .iter()
                .filter_map(|item| item.optional_vars.as_deref());
            targets.for_each(|target| {
                add(C::WithAs);
                of_target(target, add);
            });
        }
        Stmt::Match(choice) => {
            add_if(true, C::Match);
            add_if(
                choice.cases.iter().any(|case| case.guard.is_some()),
                C::Guard,
            );
        }
        Stmt::Raise(raise) => {
            add_if(
                true,
                if raise.exc.is_some() {
                    C::Raise
                } else {
                    C::RaiseAgain
                },
            );
            add_if(raise.cause.is_some(), C::RaiseFrom);
        }
        Stmt::Try(attempt) => {
            add_if(true, C::Try);
            add_if(!attempt.orelse.is_empty(), C::TryElse);
            add_if(!attempt.finalbody.is_empty(), C::Finally);
            for ExceptHandler::ExceptHandler(handler) in &attempt.handlers {
                add_if(
                    true,
                    match (attempt.is_star, &handler.type_) {
                        (true, _) => C::ExceptStar,
                        (false, Some(_)) => C::Except,
                        (false, None) => C::ExceptAll,
                    },
                );
                add_if(handler.name.is_some(), C::ExceptAs);
            }
        }
        Stmt::Assert(assert) => {
            add_if(true, C::Assert);
            add_if(assert.msg.is_some(), C::AssertWithText);
        }
        Stmt::Import(import) => {
            add_if(true, C::Import);
            add_if(import.is_lazy, C::LazyImport);
            add_if(
                import.names.iter().any(|name| name.asname.is_some()),
                C::ImportAs,
            );
        }
        Stmt::ImportFrom(import) => {
            let all = import.names.iter().any(|alias| alias.name.as_str() == "*");
            add_if(true, if all { C::ImportAll } else { C::ImportFrom });
            add_if(import.level > 0, C::RelativeImport);
            add_if(import.is_lazy, C::LazyImport);
            add_if(
                import.names.iter().any(|name| name.asname.is_some()),
                C::ImportAs,
            );
        }
        Stmt::Global(_) => add(C::Global),
        Stmt::Nonlocal(_) => add(C::Nonlocal),
        Stmt::Expr(_) => add(C::Expression),
        Stmt::Pass(_) => add(C::Pass),
        Stmt::Break(_) => add(C::Break),
        Stmt::Continue(_) => add(C::Continue),
        Stmt::IpyEscapeCommand(_) => add(C::Shell),
    }
}

/// Those that an expression consists of, without those of its parts.
pub fn of_expression(expression: &Expr, add: &mut impl FnMut(Construct)) {
    use Construct as C;
    match expression {
        Expr::BoolOp(operation) => add(match operation.op {
            BoolOp::And => C::And,
            BoolOp::Or => C::Or,
        }),
        Expr::Named(_) => add(C::Walrus),
        Expr::BinOp(operation) => add(of_operator(operation.op)),
        Expr::UnaryOp(operation) => add(match operation.op {
            UnaryOp::Not => C::Not,
            UnaryOp::USub => C::Negative,
            UnaryOp::UAdd => C::Positive,
            UnaryOp::Invert => C::Invert,
        }),
        Expr::Lambda(lambda) => {
            add(C::Lambda);
            if let Some(parameters) = &lambda.parameters {
                of_parameters(parameters, add);
            }
        }
        Expr::If(_) => add(C::Conditional),
        Expr::Dict(dict) => {
            add(C::Dict);
            if dict.items.iter().any(|item| item.key.is_none()) {
                add(C::DictUnpacking);
            }
        }
        Expr::Set(set) => {
            add(C::Set);
            of_elements(&set.elts, add);
        }
        Expr::ListComp(comp) => of_comprehension(C::ListComprehension, &comp.generators, add),
        Expr::SetComp(comp) => of_comprehension(C::SetComprehension, &comp.generators, add),
        Expr::DictComp(comp) => of_comprehension(C::DictComprehension, &comp.generators, add),
        Expr::Generator(comp) => of_comprehension(C::GeneratorExpression, &comp.generators, add),
        Expr::Await(_) => add(C::Await),
        Expr::Yield(_) => add(C::Yield),
        Expr::YieldFrom(_) => add(C::YieldFrom),
        Expr::Compare(compare) => {
            compare.ops.iter().for_each(|op| add(of_comparison(*op)));
            if compare.ops.len() > 1 {
                add(C::ChainedComparison);
            }
        }
        Expr::Call(call) => {
            add(C::Call);
            if call
                .arguments
                .args
                .iter()
                .any(|arg| matches!(arg, Expr::Starred(_)))
            {
                add(C::CallUnpacking);
            }
            for keyword in &call.arguments.keywords {
                add(match keyword.arg {
                    Some(_) => C::CallKeyword,
                    None => C::CallKeywordsUnpacking,
                });
            }
        }
        Expr::FString(string) => {
            add(C::FString);
            string
                .value
                .elements()
                .for_each(|element| of_element(element, add));
        }
        Expr::TString(_) => add(C::TemplateString),
        Expr::StringLiteral(literal) => add(match literal.value.is_implicit_concatenated() {
            true => C::JoinedText,
            false => C::Text,
        }),
        Expr::BytesLiteral(_) => add(C::Bytes),
        Expr::NumberLiteral(literal) => add(match literal.value {
            Number::Int(_) => C::Int,
            Number::Float(_) => C::Float,
            Number::Complex { .. } => C::Complex,
        }),
        Expr::BooleanLiteral(_) => add(C::Bool),
        Expr::NoneLiteral(_) => add(C::None),
        Expr::EllipsisLiteral(_) => add(C::Ellipsis),
        Expr::Attribute(_) => add(C::Attribute),
        Expr::Subscript(_) => add(C::Item),
        // Where it stands says what it is.
        Expr::Starred(_) => {}
        Expr::Name(_) => add(C::Name),
        Expr::List(list) => {
            add(C::List);
            of_elements(&list.elts, add);
        }
        Expr::Tuple(tuple) => {
            add(C::Tuple);
            of_elements(&tuple.elts, add);
        }
        Expr::Slice(slice) => add(match slice.step {
            Some(_) => C::SliceStep,
            None => C::Slice,
        }),
        Expr::IpyEscapeCommand(_) => add(C::Shell),
    }
}

/// Those that a pattern consists of, without those of its parts.
pub fn of_pattern(pattern: &Pattern, add: &mut impl FnMut(Construct)) {
    use Construct as C;
    match pattern {
        Pattern::MatchValue(_) => add(C::ValuePattern),
        Pattern::MatchSingleton(_) => add(C::SingletonPattern),
        Pattern::MatchSequence(_) => add(C::SequencePattern),
        Pattern::MatchMapping(mapping) => {
            add(C::MappingPattern);
            if mapping.rest.is_some() {
                add(C::MappingRestPattern);
            }
        }
        Pattern::MatchClass(class) => {
            add(match class.arguments.keywords.is_empty() {
                true => C::ClassPattern,
                false => C::ClassKeywordPattern,
            });
        }
        Pattern::MatchStar(_) => add(C::StarPattern),
        Pattern::MatchAs(as_) => add(match (&as_.pattern, &as_.name) {
            (Some(_), _) => C::AsPattern,
            (None, Some(_)) => C::CapturePattern,
            (None, None) => C::WildcardPattern,
        }),
        Pattern::MatchOr(_) => add(C::OrPattern),
    }
}

fn of_parameters(parameters: &Parameters, add: &mut impl FnMut(Construct)) {
    use Construct as C;
    let positional_only = !parameters.posonlyargs.is_empty();
    let default = parameters
        .iter()
        .any(|parameter| parameter.default().is_some());
    let hint = parameters
        .iter()
        .any(|parameter| parameter.annotation().is_some());
    for (holds, construct) in [
        (!parameters.is_empty(), C::Parameter),
        (positional_only, C::PositionalOnly),
        (!parameters.kwonlyargs.is_empty(), C::KeywordOnly),
        (parameters.vararg.is_some(), C::Rest),
        (parameters.kwarg.is_some(), C::Keywords),
        (default, C::Default),
        (hint, C::ParameterHint),
    ] {
        if holds {
            add(construct);
        }
    }
}

fn of_target(target: &Expr, add: &mut impl FnMut(Construct)) {
    use Construct as C;
    match target {
        Expr::Attribute(_) => add(C::AttributeTarget),
        Expr::Subscript(_) => add(C::ItemTarget),
        Expr::Starred(starred) => {
            add(C::StarredTarget);
            of_target(&starred.value, add);
        }
        Expr::Tuple(ast_tuple) => {
            add(C::UnpackingTarget);
            ast_tuple
                .elts
                .iter()
                .for_each(|target| of_target(target, add));
        }
        Expr::List(list) => {
            add(C::UnpackingTarget);
            list.elts.iter().for_each(|target| of_target(target, add));
        }
        _ => {}
    }
}

fn of_elements(elements: &[Expr], add: &mut impl FnMut(Construct)) {
    let is_read = |element: &Expr| match element {
        Expr::Starred(starred) => starred.ctx.is_load(),
        _ => false,
    };
    if elements.iter().any(is_read) {
        add(Construct::Unpacking);
    }
}

fn of_comprehension(
    kind: Construct,
    generators: &[Comprehension],
    add: &mut impl FnMut(Construct),
) {
    use Construct as C;
    add(kind);
    if generators.len() > 1 {
        add(C::NestedComprehension);
    }
    if generators.iter().any(|generator| generator.is_async) {
        add(C::AsyncComprehension);
    }
    if generators.iter().any(|generator| !generator.ifs.is_empty()) {
        add(C::ComprehensionIf);
    }
    generators
        .iter()
        .for_each(|generator| of_target(&generator.target, add));
}

fn of_element(element: &InterpolatedStringElement, add: &mut impl FnMut(Construct)) {
    use Construct as C;
    let InterpolatedStringElement::Interpolation(InterpolatedElement {
        debug_text,
        conversion,
        format_spec,
        ..
    }) = element
    else {
        return;
    };
    if debug_text.is_some() {
        add(C::FStringDebug);
    }
    if *conversion != ConversionFlag::None {
        add(C::FStringConversion);
    }
    if let Some(spec) = format_spec {
        add(C::FStringSpec);
        let nested = |element: &_| matches!(element, InterpolatedStringElement::Interpolation(_));
        if spec.elements.iter().any(nested) {
            add(C::FStringNestedSpec);
        }
    }
}

fn of_operator(op: Operator) -> Construct {
    match op {
        Operator::Add => Construct::Add,
        Operator::Sub => Construct::Subtract,
        Operator::Mult => Construct::Multiply,
        Operator::MatMult => Construct::MatrixMultiply,
        Operator::Div => Construct::Divide,
        Operator::Mod => Construct::Modulo,
        Operator::Pow => Construct::Power,
        Operator::LShift => Construct::LeftShift,
        Operator::RShift => Construct::RightShift,
        Operator::BitOr => Construct::BitOr,
        Operator::BitXor => Construct::BitXor,
        Operator::BitAnd => Construct::BitAnd,
        Operator::FloorDiv => Construct::FloorDivide,
    }
}

fn of_comparison(op: CmpOp) -> Construct {
    match op {
        CmpOp::Eq => Construct::Equal,
        CmpOp::NotEq => Construct::NotEqual,
        CmpOp::Lt => Construct::Less,
        CmpOp::LtE => Construct::LessEqual,
        CmpOp::Gt => Construct::Greater,
        CmpOp::GtE => Construct::GreaterEqual,
        CmpOp::Is => Construct::Is,
        CmpOp::IsNot => Construct::IsNot,
        CmpOp::In => Construct::In,
        CmpOp::NotIn => Construct::NotIn,
    }
}
