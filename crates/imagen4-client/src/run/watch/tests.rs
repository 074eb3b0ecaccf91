//! When it is asked, and what is told, by a clock that only moves while everybody waits.

use std::sync::{Arc, Mutex};

use futures_util::StreamExt;
use imagen4_core::Prediction;
use serde_json::json;

use super::*;

type Answer = Result<Prediction, ApiError>;

/// Words of statuses, or of errors; how often each question was asked is what the tests count.
fn answer(word: &str) -> Answer {
    match word {
        "503" => Err(ApiError::Unavailable { reason: word.to_owned() }),
        "429" => Err(ApiError::RateLimited { message: word.to_owned(), retry_after: Some(Duration::from_secs(40)) }),
        "401" | "404" | "500" => {
            let status = word.parse().expect("a number");
            Err(ApiError::Refused { status, message: word.to_owned() })
        }
        "empty" => read(json!({"id": "a1", "status": "completed", "outputs": [null]})),
        word => read(json!({"id": "a1", "status": word, "outputs": ["https://a/1.jpeg"]})),
    }
}

fn read(data: serde_json::Value) -> Answer {
    Ok(Prediction::from_data(&data).expect("readable"))
}

/// What is seen of a vendor that gives these answers, the last one for ever, and at which second each was asked for.
async fn seen(told: Option<&str>, answers: &[&str], wait: Wait) -> (Vec<String>, Vec<u64>) {
    let begun = Instant::now();
    let asked = Arc::new(Mutex::new(Vec::new()));
    let (noting, answers) = (asked.clone(), answers.iter().map(|word| answer(word)).collect::<Vec<_>>());
    let ask = move || {
        let mut asked = noting.lock().expect("a lock");
        assert!(asked.len() < 100, "it does not end");
        let answer = answers[asked.len().min(answers.len() - 1)].clone();
        asked.push(begun.elapsed().as_secs());
        std::future::ready(answer)
    };
    let told = told.map(|word| answer(word).expect("a prediction"));
    let words = watch(ask, told, wait).map(|seen| match seen {
        Ok(prediction) if prediction.readable_outputs() == 0 => format!("{}, empty", prediction.status),
        Ok(prediction) => prediction.status.to_string(),
        Err(error) => format!("error {:?}", error.status()),
    });
    let words = words.collect().await;
    let asked = asked.lock().expect("a lock").clone();
    (words, asked)
}

#[tokio::test(start_paused = true)]
async fn each_change_is_told_once_and_the_end_last() {
    let answers = ["created", "created", "processing", "dreaming", "dreaming", "completed", "failed"];
    let (words, asked) = seen(None, &answers, Wait::new()).await;
    assert_eq!(words, ["created", "processing", "dreaming", "completed"]);
    assert_eq!(asked, [0, 2, 4, 6, 8, 10], "at once, then after an interval, or a third of what was waited");
    for end in ["failed", "cancelled", "timeout", "deleted"] {
        let (words, asked) = seen(None, &[end], Wait::new()).await;
        assert_eq!((words, asked.len()), (vec![end.to_owned()], 1));
    }
}

#[tokio::test(start_paused = true)]
async fn what_was_told_already_is_not_asked_for() {
    let (words, asked) = seen(Some("created"), &["created", "completed"], Wait::new()).await;
    assert_eq!((words, asked), (vec!["created".to_owned(), "completed".to_owned()], vec![2, 4]));
    let (words, asked) = seen(Some("completed"), &["failed"], Wait::new()).await;
    assert_eq!((words, asked), (vec!["completed".to_owned()], vec![]));
}

#[tokio::test(start_paused = true)]
async fn failing_questions_are_repeated_ever_more_rarely_through_the_patience_and_then_told() {
    let (words, asked) = seen(None, &["503"], Wait::new()).await;
    assert_eq!(words, ["error None"]);
    assert_eq!(asked, [0, 2, 6, 14, 30, 60, 90, 120, 150, 180, 210, 240, 270, 300]);
    let (words, asked) = seen(None, &["503", "500", "503", "processing", "503", "completed"], Wait::new()).await;
    assert_eq!(words, ["processing", "completed"]);
    assert_eq!(asked, [0, 2, 6, 14, 18, 20], "an answer makes the failures begin anew");
}

#[tokio::test(start_paused = true)]
async fn patience_is_counted_anew_after_an_answer() {
    let wait = Wait::new().patience(Duration::from_secs(5));
    let (words, _) =
        seen(None, &["503", "503", "created", "503", "503", "created", "503", "503", "completed"], wait).await;
    assert_eq!(words, ["created", "completed"]);
}

#[tokio::test(start_paused = true)]
async fn retry_after_is_honoured_within_the_patience() {
    let (words, asked) = seen(None, &["429", "completed"], Wait::new()).await;
    assert_eq!((words, asked), (vec!["completed".to_owned()], vec![0, 40]));
    let hasty = Wait::new().patience(Duration::from_secs(30));
    let (words, asked) = seen(None, &["429"], hasty).await;
    assert_eq!((words, asked), (vec!["error Some(429)".to_owned()], vec![0, 30]));
}

#[tokio::test(start_paused = true)]
async fn a_refused_key_is_told_at_once_and_an_unknown_id_after_a_minute() {
    let (words, asked) = seen(Some("created"), &["401"], Wait::new()).await;
    assert_eq!((words, asked), (vec!["created".to_owned(), "error Some(401)".to_owned()], vec![2]));
    let (words, asked) = seen(None, &["404"], Wait::new()).await;
    assert_eq!((words, asked), (vec!["error Some(404)".to_owned()], vec![0, 2, 6, 14, 30, 60]));
    let (words, _) = seen(None, &["404", "404", "completed"], Wait::new()).await;
    assert_eq!(words, ["completed"]);
}

#[tokio::test(start_paused = true)]
async fn completed_is_held_back_for_a_minute_until_there_are_outputs() {
    let (words, _) = seen(None, &["processing", "empty", "empty", "completed"], Wait::new()).await;
    assert_eq!(words, ["processing", "completed"]);
    let (words, asked) = seen(None, &["empty"], Wait::new()).await;
    assert_eq!(words, ["completed, empty"]);
    assert_eq!((asked[0], asked[asked.len() - 1]), (0, 60));
    assert!(asked.len() > 5, "{asked:?}");
}

#[tokio::test(start_paused = true)]
async fn a_timeout_ends_it_without_a_word() {
    let begun = Instant::now();
    let wait = Wait::new().timeout(Duration::from_secs(9));
    let (words, asked) = seen(None, &["processing"], wait).await;
    assert_eq!((words, asked), (vec!["processing".to_owned()], vec![0, 2, 4, 6, 8]));
    assert_eq!(begun.elapsed().as_secs(), 9);
    let (words, _) = seen(None, &["503"], wait).await;
    assert_eq!(words, Vec::<String>::new());
    let (words, _) = seen(None, &["completed"], Wait::new().timeout(Duration::MAX)).await;
    assert_eq!(words, ["completed"]);
}
