//! Starts the page.

fn main() {
    imagen4_web::app::start();
}
