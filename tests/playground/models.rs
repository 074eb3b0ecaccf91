//! Models as data: each row is quoted, bought, billed and kept by its own schema and price.

mod catalogue;
mod contract;
mod gone;
mod history;
mod prices;
