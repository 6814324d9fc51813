//! The long lists of a [`Playback`](super::Playback) as one text and one array of bytes each.
//! The page takes those in at once; of objects, one for each step and decision, it would
//! have to ask for every field.

mod bytes;

/// Decisions as numbers of 16 bits: how many threads there were to choose from, the choice,
/// and the threads.
pub mod decisions {
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    use super::super::Decision;
    use super::bytes::Bytes;

    pub fn serialize<S: Serializer>(
        decisions: &[Decision],
        serializer: S,
    ) -> Result<S::Ok, S::Error> {
        let mut bytes = Vec::new();
        let mut push = |number: usize| bytes.extend((number as u16).to_le_bytes());
        for decision in decisions {
            push(decision.threads.len());
            push(decision.chosen);
            let threads = decision.threads.iter();
            threads.for_each(|&thread| push(thread.into()));
        }
        Bytes(bytes).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<Decision>, D::Error> {
        let Bytes(bytes) = Bytes::deserialize(deserializer)?;
        let (numbers, _) = bytes.as_chunks();
        let mut numbers = numbers.iter().map(|&bytes| u16::from_le_bytes(bytes));
        let mut decisions = Vec::new();
        while let (Some(threads), Some(chosen)) = (numbers.next(), numbers.next()) {
            decisions.push(Decision {
                threads: numbers.by_ref().take(threads.into()).collect(),
                chosen: chosen.into(),
            });
        }
        Ok(decisions)
    }
}

/// Steps as lines, two of each, and bytes: time, line, thread, how the thread stands then,
/// whether the step was decided.
pub mod steps {
    use super::super::{StepOf, Then};
    use super::bytes::Bytes;
    use serde::{Deserialize, Deserializer, Serialize, Serializer};

    const BYTES: usize = 16;

    pub fn serialize<S: Serializer>(steps: &[StepOf], serializer: S) -> Result<S::Ok, S::Error> {
        let lines = steps.iter().flat_map(|step| [&*step.text, &*step.intent]);
        let text = lines.collect::<Vec<_>>().join("\n");
        let mut bytes = Vec::with_capacity(steps.len() * BYTES);
        for step in steps {
            bytes.extend(step.at_ms.to_le_bytes());
            bytes.extend(step.line.to_le_bytes());
            bytes.extend(step.thread.to_le_bytes());
            bytes.extend([step.then as u8, u8::from(step.decided)]);
        }
        (text, Bytes(bytes)).serialize(serializer)
    }

    pub fn deserialize<'de, D: Deserializer<'de>>(
        deserializer: D,
    ) -> Result<Vec<StepOf>, D::Error> {
        let (text, Bytes(bytes)): (String, Bytes) = Deserialize::deserialize(deserializer)?;
        let mut lines = text.split('\n').map(str::to_owned);
        let (steps, _) = bytes.as_chunks::<BYTES>();
        let step = |bytes: &[u8; BYTES]| {
            let &[a, b, c, d, e, f, g, h, i, j, k, l, m, n, then, decided] = bytes;
            StepOf {
                thread: u16::from_le_bytes([m, n]),
                text: lines.next().unwrap_or_default(),
                intent: lines.next().unwrap_or_default(),
                line: u32::from_le_bytes([i, j, k, l]),
                at_ms: f64::from_le_bytes([a, b, c, d, e, f, g, h]),
                then: Then::ALL[usize::from(then).min(Then::ALL.len() - 1)],
                decided: decided != 0,
            }
        };
        Ok(steps.iter().map(step).collect())
    }
}
