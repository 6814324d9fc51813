use super::super::params::Params;
use super::*;

static SPECS: [Param; 4] = [
    Param {
        name: "threads",
        help: "",
        unit: "",
        kind: Kind::Int { min: 1, max: 64 },
        default: "10",
    },
    Param {
        name: "guard",
        help: "",
        unit: "",
        kind: Kind::Choice(&["none", "lock"]),
        default: "none",
    },
    Param {
        name: "delays",
        help: "",
        unit: "ms",
        kind: Kind::List {
            min: 0,
            max: 60_000,
            least: 1,
            most: 4,
        },
        default: "2000,1000",
    },
    Param::index("fail", ""),
];

#[track_caller]
fn refused(name: &str, text: &str, message: &str) {
    let mut params = Params::new(&SPECS);
    params.set("threads", "7");
    params.set("guard", "lock");
    let before = params.get(name);
    let error = params
        .set(name, text)
        .expect("a parameter")
        .expect_err(text);
    assert_eq!(error.to_string(), message);
    let kept = if name == "threads" {
        "guard"
    } else {
        "threads"
    };
    assert_ne!(
        params.get(kept),
        Params::new(&SPECS).get(kept),
        "the other is lost"
    );
    assert_eq!(params.get(name), before, "what it had stays");
}

#[test]
fn a_bad_value_is_named_with_its_range_and_what_there_was_stays() {
    refused(
        "threads",
        "65",
        "threads: “65” is not a whole number from 1 to 64. 7 stays.",
    );
    refused(
        "threads",
        " ",
        "threads is empty: it must be a whole number from 1 to 64. 7 stays.",
    );
    refused(
        "guard",
        "mutex",
        "guard: “mutex” is not one of none, lock. lock stays.",
    );
    for text in ["0", "-1", "1.5", "1e3", "ten", "99999999999999999999", "０"] {
        assert!(SPECS[0].parse(text).is_err(), "{text}");
    }
}

#[test]
fn a_long_value_is_cut_in_the_message() {
    let text = "ü".repeat(1000);
    let error = SPECS[0].parse(&text).expect_err("no number").to_string();
    assert!(error.contains(&format!("“{}…”", "ü".repeat(40))), "{error}");
}

#[test]
fn spaces_around_a_value_do_not_count() {
    assert_eq!(SPECS[0].parse(" 64 "), Ok(Value::Int(64)));
}

#[test]
fn a_list_has_a_range_for_its_numbers_and_one_for_how_many_they_are() {
    let parse = |text| SPECS[2].parse(text).ok();
    assert_eq!(parse(" 5 ,0,60000 "), Some(Value::List(vec![5, 0, 60_000])));
    assert_eq!(parse("7"), Some(Value::List(vec![7])));
    for text in ["1,2,3,4,5", "1,,2", "1,", "60001", "-1", "1;2", "[1,2]"] {
        assert_eq!(parse(text), None, "{text}");
    }
    refused(
        "delays",
        "1,x",
        "delays: “1,x” is not 1 to 4 whole numbers from 0 to 60,000, with commas between \
         them. The default, 2000,1000, is used.",
    );
    assert_eq!(parse(&"1,".repeat(1_000_000)), None);
}

#[test]
fn an_index_counts_from_0_and_may_be_none() {
    let parse = |text| SPECS[3].parse(text).ok();
    assert_eq!(parse("0"), Some(Value::Index(Some(0))));
    assert_eq!(parse("63"), Some(Value::Index(Some(63))));
    assert_eq!(parse(" none "), Some(Value::Index(None)));
    for text in ["64", "-1", "None", "1,2"] {
        assert_eq!(parse(text), None, "{text}");
    }
    let message = "fail: “64” is not none, or a whole number from 0 to 63. The default, none, \
                   is used.";
    let error = SPECS[3].parse("64").map_err(|error| error.to_string());
    assert_eq!(error, Err(message.to_owned()));
}

#[test]
fn every_value_is_written_as_it_is_read() {
    for (param, text) in SPECS.iter().zip(["7", "lock", "1,2,3", "5"]) {
        for text in [text, param.default] {
            let value = param.parse(text).map(|value| value.to_string());
            assert_eq!(value.as_deref(), Ok(text));
        }
    }
}

#[test]
fn an_unknown_name_sets_nothing() {
    assert_eq!(Params::new(&SPECS).set("speed", "1"), None);
}
