//! Groups: the place of each run in its own.

use super::*;

/// A group of three runs, with those numbers.
fn group(number: u8, runs: [u8; 3]) -> NewGroup {
    NewGroup {
        id: RunId::from_bits(number.into()),
        person: "local".to_owned(),
        key_hash: [number; 32],
        fingerprint: [number; 32],
        runs: runs.map(new_run).into(),
    }
}

fn indices(runs: &[imagen4_core::Run]) -> Vec<Option<u32>> {
    runs.iter().map(|run| run.group_index).collect()
}

#[test]
fn a_run_keeps_its_place_in_its_group_when_others_are_deleted() {
    let mut store = store("https://vendor.test");
    // Ids tell nothing of the order, and another group and a single run lie in between.
    store.write(|tx| tx.accept_group(&group(91, [7, 3, 5]))).expect("accepted");
    store.write(|tx| tx.accept(&new_run(1))).expect("accepted");
    store.write(|tx| tx.accept_group(&group(92, [4, 2, 6]))).expect("accepted");
    for first in [7, 4] {
        let id = RunId::from_bits(first);
        store.write(|tx| tx.transition(id, RunEvent::Withdrawn, TransitionDetails::default(), NOW)).expect("moved");
        assert_eq!(store.write(|tx| tx.delete("local", id)).expect("deleted"), Deletion::Done);
    }
    let tx = store.read_tx();
    for id in [91, 92] {
        let runs = tx.group("local", RunId::from_bits(id)).expect("read");
        assert_eq!(indices(&runs), [Some(1), Some(2)]);
    }
    let (listed, _) = tx.runs("local", &imagen4_core::RunFilter::default(), None, 10).expect("read");
    assert_eq!(indices(&listed), [Some(2), Some(1), None, Some(2), Some(1)]);
    assert_eq!(indices(&tx.runs_since("local", None).expect("read")).len(), 5);
    let changes = tx.changes_since(0, 100).expect("read");
    let told = |number| {
        let change = changes.iter().find(|change| change.id == RunId::from_bits(number)).expect("it changed");
        change.run.as_ref().expect("it is there").group_index
    };
    assert_eq!((told(5), told(1)), (Some(2), None));
}

#[test]
fn the_place_in_a_group_is_looked_up_by_an_index() {
    let store = store("https://vendor.test");
    let sql = format!(
        "EXPLAIN QUERY PLAN SELECT {} FROM runs WHERE person = 'local' ORDER BY seq DESC",
        crate::store::rules::assemble::COLUMNS
    );
    let plan = store.sql.all::<(i64, i64, i64, String)>(&sql, &[]).expect("a plan");
    let steps: Vec<String> = plan.into_iter().map(|(.., step)| step).collect();
    assert!(
        steps
            .iter()
            .any(|step| step.contains("SEARCH earlier USING COVERING INDEX runs_group (group_id=? AND rowid<?)")),
        "{steps:?}"
    );
}
