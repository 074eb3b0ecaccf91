//! How long a call may take, and what that says of the money.

mod stand_in;

use std::time::Duration;

use imagen4_client::{ApiError, ApiKey, Billed, Client, ImagenRequest, Prompt, SubmitError};
use imagen4_engine::faults::{Effect, On, Rule};
use imagen4_engine::{EngineOptions, Env};
use tokio::time::timeout;

use stand_in::{accepted, stand_in};

/// So late an answer comes in these tests; nobody waits for it.
const LATE: Effect = Effect::DelayAnswer { ms: 60_000 };

#[tokio::test]
async fn each_kind_of_call_has_its_own_time() {
    let (engine, client) = stand_in(EngineOptions::default(), Env::system()).await;
    engine.script(Rule::on(On::Submit).then(LATE));
    engine.script(Rule::on(On::Balance).then(LATE));
    let build = |submit, read| {
        let key = ApiKey::new("wsk_test").expect("a key");
        let builder = Client::builder(key).base_url(client.origin());
        builder.submit_timeout(submit).read_timeout(read).build().expect("a client")
    };
    let (short, long) = (Duration::from_millis(200), Duration::from_secs(30));
    let request = ImagenRequest::new(Prompt::new("a fox in snow").expect("a prompt")).into();

    let soon = Duration::from_secs(10);

    let error = timeout(soon, build(short, long).submit(&request)).await.expect("soon").expect_err("too late");
    assert!(matches!(error, SubmitError::MaybeAccepted { .. }), "{error:?}");
    assert_eq!(error.was_billed(), Billed::Unknown);
    assert_eq!(accepted(&engine).len(), 1, "it was accepted all the same");

    let error = timeout(soon, build(long, short).balance()).await.expect("soon").expect_err("too late");
    assert!(matches!(error, ApiError::Unavailable { .. }), "{error:?}");
}
