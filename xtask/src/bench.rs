//! Measurements: each primitive beside its peers, natively and in Chromium, the start of a
//! run, and the lanes of a long one.

use anyhow::{Context, Result, bail};

use crate::command::{cargo, run, timed};
use crate::site::{RELEASE, SELFTEST, Workshop};
use crate::tools;

/// `cargo xtask bench`.
pub fn bench() -> Result<()> {
    tools::ensure_browser()?;
    let workshop = Workshop::set_up()?;
    workshop.build(&RELEASE)?;
    workshop.build(&SELFTEST)?;
    let mut natively = cargo();
    natively.args(["bench", "--quiet", "--features", "selftest"]);
    natively.args([
        "--bench",
        "peers",
        "--bench",
        "explorers",
        "--bench",
        "python",
        "--bench",
        "python_explored",
    ]);
    let mut in_chromium = cargo();
    in_chromium.args(["run", "--quiet", "--package", "e2e", "--bin", "peers"]);
    for (place, mut command) in [("natively", natively), ("in Chromium", in_chromium)] {
        timed(&format!("Ours and the peers, {place}: a minute"), || {
            let output = command.output().context("cargo does not start")?;
            if !output.status.success() {
                bail!("{}", String::from_utf8_lossy(&output.stderr));
            }
            print_table(place, &String::from_utf8_lossy(&output.stdout))
        })?;
    }
    for (what, bin) in [
        ("From Run to the first event, in Chromium", "start-up"),
        ("Lanes of a million events, in Chromium", "lanes"),
    ] {
        timed(what, || {
            run(cargo().args(["run", "--quiet", "--package", "e2e", "--bin", bin]))
        })?;
    }
    Ok(())
}

/// What a peer of a case took, in nanoseconds per operation.
struct Measured<'a> {
    case: &'a str,
    peer: &'a str,
    samples: Vec<f64>,
}

/// Makes a table of lines of the form `case peer sample sample …`.
fn print_table(place: &str, output: &str) -> Result<()> {
    let measured = output.lines().map(parse).collect::<Result<Vec<_>>>()?;
    println!("\n| {place} | ours | peer | takes | ours : peer, median (least–most) |");
    println!("|---|---|---|---|---|");
    for peer in measured.iter().filter(|measured| measured.peer != "ours") {
        let ours = (measured.iter())
            .find(|ours| ours.case == peer.case && ours.peer == "ours")
            .with_context(|| format!("{} was not measured on ours", peer.case))?;
        let ratios = ours.samples.iter().zip(&peer.samples);
        let [least, median, most] = spread(ratios.map(|(ours, peer)| ours / peer));
        let [_, ours, _] = spread(ours.samples.iter().copied());
        let [_, theirs, _] = spread(peer.samples.iter().copied());
        println!(
            "| {} | {ours:.1} ns | {} | {theirs:.1} ns | {median:.2} ({least:.2}–{most:.2}) |",
            peer.case, peer.peer
        );
    }
    for ours in measured.iter().filter(|measured| measured.peer == "ours") {
        let alone = measured
            .iter()
            .filter(|other| other.case == ours.case)
            .count()
            == 1;
        if alone {
            let [least, median, most] = spread(ours.samples.iter().copied());
            println!(
                "| {} | {median:.1} ns ({least:.1}–{most:.1}) | – | – | – |",
                ours.case
            );
        }
    }
    println!();
    Ok(())
}

fn parse(line: &str) -> Result<Measured<'_>> {
    let mut words = line.split_whitespace();
    let (Some(case), Some(peer)) = (words.next(), words.next()) else {
        bail!("no measurement: {line}");
    };
    let samples: Vec<f64> = words.map(str::parse).collect::<Result<_, _>>()?;
    if samples.is_empty() {
        bail!("no samples: {line}");
    }
    Ok(Measured {
        case,
        peer,
        samples,
    })
}

/// The least, the median and the most.
fn spread(values: impl Iterator<Item = f64>) -> [f64; 3] {
    let mut sorted: Vec<f64> = values.collect();
    sorted.sort_by(f64::total_cmp);
    [0, sorted.len() / 2, sorted.len().saturating_sub(1)]
        .map(|at| sorted.get(at).copied().unwrap_or(f64::NAN))
}
