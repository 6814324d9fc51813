//! f-strings: their parts are made into texts and joined.

use lockstep_run::python::code::{Conversion, Instruction};
use lockstep_run::python::values::Value;
use ruff_python_ast::{
    ConversionFlag, ExprFString, FStringPart, InterpolatedElement, InterpolatedStringElement,
};

use super::Compiler;

impl<'a> Compiler<'a> {
    pub(super) fn fstring(&mut self, string: &'a ExprFString) {
        let mut count = 0;
        for part in string.value.iter() {
            match part {
                FStringPart::Literal(literal) => {
                    self.constant(Value::from(literal.as_str()));
                    count += 1;
                }
                FStringPart::FString(string) => count += self.elements(string.elements.iter()),
            }
        }
        self.emit(Instruction::BuildString(count));
    }

    /// Leaves the text of each element; tells how many there are.
    fn elements(&mut self, elements: impl Iterator<Item = &'a InterpolatedStringElement>) -> u16 {
        let mut count = 0;
        for element in elements {
            match element {
                InterpolatedStringElement::Literal(literal) => {
                    self.constant(Value::from(&*literal.value));
                    count += 1;
                }
                InterpolatedStringElement::Interpolation(element) => {
                    count += self.interpolation(element);
                }
            }
        }
        count
    }

    fn interpolation(&mut self, element: &'a InterpolatedElement) -> u16 {
        let mut count = 1;
        if let Some(debug) = &element.debug_text {
            let text = format!(
                "{}{}{}",
                debug.leading(),
                debug.expression(),
                debug.trailing()
            );
            self.constant(Value::from(text));
            count += 1;
        }
        self.expression(&element.expression);
        let conversion = match element.conversion {
            ConversionFlag::None
                if element.debug_text.is_some() && element.format_spec.is_none() =>
            {
                Conversion::Repr
            }
            ConversionFlag::None => Conversion::Plain,
            ConversionFlag::Str => Conversion::Str,
            ConversionFlag::Repr => Conversion::Repr,
            ConversionFlag::Ascii => Conversion::Ascii,
        };
        if let Some(spec) = &element.format_spec {
            let parts = self.elements(spec.elements.iter());
            self.emit(Instruction::BuildString(parts));
        }
        self.emit(Instruction::Format(
            conversion,
            element.format_spec.is_some(),
        ));
        count
    }
}
