// What the examples in the documentation run against: the stand-in for the vendor, behind a port of its own.

fn with_origin<F>(example: impl FnOnce(String) -> F)
where
    F: Future<Output = Result<(), Box<dyn std::error::Error>>>,
{
    let runtime = tokio::runtime::Runtime::new().expect("a runtime");
    runtime.block_on(async {
        let latency = std::time::Duration::from_millis(200);
        let options = imagen4_engine::EngineOptions { latency, ..Default::default() };
        let engine = imagen4_engine::Engine::open(options, imagen4_engine::Env::system()).expect("an engine");
        let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let origin = format!("http://{}", listener.local_addr().expect("an address"));
        tokio::spawn(imagen4_engine::http::serve(std::sync::Arc::new(engine), listener, std::future::pending()));
        example(origin).await.expect("the example works");
    });
}

fn with_client<F>(example: impl FnOnce(imagen4_client::Client) -> F)
where
    F: Future<Output = Result<(), Box<dyn std::error::Error>>>,
{
    with_origin(|origin| {
        let key = imagen4_client::ApiKey::new("wsk_any").expect("a key");
        example(imagen4_client::Client::builder(key).base_url(origin).build().expect("a client"))
    });
}
