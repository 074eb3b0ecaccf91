//! Gets the images of a prediction that was accepted earlier: `cargo run -p imagen4-client --example recover -- ID`.
//!
//! Without an id it lists the predictions of the past seven days, which is how one is found whose id was lost. It spends
//! nothing.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on them")]

use std::error::Error;
use std::process::ExitCode;

use futures_util::StreamExt;
use imagen4_client::{Client, ListQuery, Wait};

#[tokio::main]
async fn main() -> ExitCode {
    let done = match std::env::args().nth(1) {
        Some(id) => recover(&id).await,
        None => list().await,
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

async fn recover(id: &str) -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let mut changes = client.watch(id, Wait::new());
    while let Some(prediction) = changes.next().await {
        eprintln!("{}", prediction?.status);
    }
    // It has ended, so this answers at once.
    client.wait(id, Wait::new()).await?.urls().for_each(|url| println!("{url}"));
    Ok(())
}

async fn list() -> Result<(), Box<dyn Error>> {
    let page = Client::from_env()?.list(&ListQuery::default()).await?;
    for prediction in page.items {
        let prompt = prediction.input.as_ref().and_then(|input| input["prompt"].as_str()).unwrap_or_default();
        println!("{} {} {prompt}", prediction.id, prediction.status);
    }
    Ok(())
}
