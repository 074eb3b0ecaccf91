//! Generates images and prints their addresses: `cargo run -p imagen4-client --example generate -- "a fox in snow"`.
//!
//! A second argument is the id of another model, which paints with its own defaults. It takes the key from `WAVESPEED_API_KEY` and spends money, unless `WAVESPEED_BASE_URL` is a stand-in's origin. When the
//! wait is over before the images are there, the example `recover` gets them by the id that is printed.
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command line tool speaks on them")]

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use imagen4_client::{Billed, Client, ImagenRequest, Prompt, RunError, RunRequest, Wait};
use serde_json::json;

#[tokio::main]
async fn main() -> ExitCode {
    match generate().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            if let Some(error) = error.downcast_ref() {
                eprintln!("{}", advice(error));
            }
            ExitCode::FAILURE
        }
    }
}

async fn generate() -> Result<(), Box<dyn Error>> {
    let client = Client::from_env()?;
    let prompt = std::env::args().nth(1).ok_or("say what to paint: generate \"a fox in snow\"")?;
    let prompt = Prompt::new(prompt).map_err(|refusal| format!("the prompt {refusal}"))?;
    let request = match std::env::args().nth(2) {
        None => RunRequest::from(ImagenRequest::new(prompt)),
        Some(model) => {
            let rows = client.models().await?;
            let row = rows.into_iter().find(|row| row.id == model).ok_or_else(|| format!("{model} is not offered"))?;
            row.spec?.accept(&json!({ "prompt": prompt.as_str() }))?.into_request()
        }
    };
    let price = client.price(&request).await?.price;
    eprintln!("{price} by {} at {}", request.model, client.origin());

    let generation = client.run_with(request, Wait::new().timeout(Duration::from_secs(120))).await?;
    eprintln!("{} took {:.1} s", generation.id, generation.took.as_secs_f32());
    generation.urls().for_each(|url| println!("{url}"));
    Ok(())
}

/// What to do about it.
fn advice(error: &RunError) -> String {
    match (error, error.was_billed()) {
        (RunError::TimedOut { id } | RunError::Lost { id, .. }, _) => {
            format!("It is paid for; get it with: recover {id}")
        }
        (_, Billed::No) if error.is_retryable() => "Nothing was billed; try again later.".to_owned(),
        (_, Billed::No) => "Nothing was billed.".to_owned(),
        (_, Billed::Unknown) => "It may be billed; look at the account before you repeat it.".to_owned(),
        (_, Billed::RefundExpected | Billed::Refunded) => "It was billed; a refund is expected.".to_owned(),
        (_, Billed::Yes) => "It was billed.".to_owned(),
    }
}
