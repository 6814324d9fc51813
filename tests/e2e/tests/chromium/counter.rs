//! The racing counter, by clicking.

use e2e::{Result, Visit};

const RUNS: usize = 50;

/// Sets threads and increments, then runs many times: never one update is lost.
async fn always_exact(guard: &str) -> Result {
    let visit = Visit::to("?scenario=counter").await?;
    visit.page.type_param("threads", "4").await?;
    visit.page.type_param("increments", "20000").await?;
    visit.page.choose("guard", guard).await?;
    for run in 0..RUNS {
        let ended = visit.page.run().await?;
        assert_eq!(ended.verdict, "ok", "{guard}, run {run}: {ended:?}");
        assert_eq!(ended.facts["counter"], 80_000, "{guard}, run {run}");
        assert_eq!(ended.facts["lost"], 0);
        assert_eq!(ended.words, "80,000 increments, none lost");
    }
    visit.end().await
}

#[tokio::test]
async fn a_lock_counts_exactly() -> Result {
    always_exact("lock").await
}

#[tokio::test]
async fn an_atomic_add_counts_exactly() -> Result {
    always_exact("atomic").await
}

#[tokio::test]
async fn without_a_guard_updates_are_lost_and_the_page_says_how_many() -> Result {
    let visit = Visit::to("?guard=lock").await?;
    visit.page.type_param("threads", "4").await?;
    visit.page.type_param("increments", "1000000").await?;
    visit.page.choose("guard", "none").await?;
    for _ in 0..20 {
        let ended = visit.page.run().await?;
        let (counter, lost) = (ended.facts["counter"], ended.facts["lost"]);
        assert_eq!(ended.facts["expected"], 4_000_000);
        assert_eq!(counter + lost, 4_000_000);
        // Nothing is made up: the fact is what the memory holds.
        assert_eq!(ended.cells["counter"], counter);
        if lost > 0 {
            assert_eq!(ended.verdict, "violated");
            let digits = ended.words.replace(',', "");
            assert_eq!(digits, format!("4000000 increments {lost} lost"));
            return visit.end().await;
        }
        assert_eq!(ended.verdict, "ok");
    }
    Err("20 runs of 4 threads lost nothing: are they parallel?".into())
}

#[tokio::test]
async fn sixty_four_threads_run_and_each_has_its_lane() -> Result {
    let visit = Visit::to("?guard=atomic").await?;
    visit.page.type_param("threads", "64").await?;
    visit.page.type_param("increments", "1000").await?;
    let ended = visit.page.run().await?;
    assert_eq!(ended.facts["counter"], 64_000);
    let lanes = visit
        .page
        .driver()
        .execute(
            "return [...document.querySelectorAll('.timeline li')].map((e) => e.textContent)",
            vec![],
        )
        .await?;
    let lanes: Vec<String> = lanes.convert()?;
    assert_eq!(lanes.len(), 65);
    assert!(
        lanes.iter().all(|lane| lane.contains("finished after")),
        "{lanes:?}"
    );
    visit.end().await
}

#[tokio::test]
async fn lanes_are_painted_while_threads_run() -> Result {
    let visit = Visit::to("?threads=2&increments=10000000&guard=lock").await?;
    visit.page.click("Run").await?;
    let painted = r#"
        const canvas = document.querySelector(".timeline canvas");
        const { data } = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height);
        return data.some((byte) => byte !== 0);
    "#;
    visit
        .page
        .until("something is painted", async |page| {
            let answer = page.driver().execute(painted, vec![]).await;
            answer.is_ok_and(|a| a.json().as_bool() == Some(true))
        })
        .await?;
    assert_eq!(visit.page.verdict().await, "running");
    visit
        .page
        .until("the value in memory moves", async |page| {
            let text = page.text("[data-cell='counter']").await;
            text.replace(',', "").parse::<u64>().is_ok_and(|n| n > 0)
        })
        .await?;
    visit.page.click("Stop").await?;
    visit.page.ended().await?;
    visit.end().await
}

#[tokio::test]
async fn ctrl_enter_runs_also_while_typing() -> Result {
    use thirtyfour::prelude::*;
    let visit = Visit::to("?threads=2&guard=atomic").await?;
    let field = visit.page.driver().find(By::Id("param-increments")).await?;
    field.send_keys(Key::Control + "a").await?;
    field.send_keys("300").await?;
    field.send_keys(Key::Control + Key::Enter).await?;
    let ended = visit.page.ended().await?;
    assert_eq!(ended.facts["counter"], 600);
    visit.end().await
}
