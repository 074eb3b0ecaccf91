//! Views of runs, one for each place, kept as long as the place is. The machinery behind `For` is large and is copied for every
//! type that goes into it: behind this one it is there once.

use std::sync::Arc;

use leptos::prelude::*;

use super::store::Place;

/// Shows `view` for each of `places`.
pub(crate) fn list(
    places: impl Fn() -> Vec<Place> + Send + Sync + 'static,
    view: impl Fn(Place) -> AnyView + Send + Sync + 'static,
) -> AnyView {
    type Places = Box<dyn Fn() -> Vec<Place> + Send + Sync>;
    type View = Arc<dyn Fn(Place) -> AnyView + Send + Sync>;
    fn erased(places: Places, view: View) -> AnyView {
        view! { <For each=places key=|place: &Place| place.1 children=move |place| view(place)/> }.into_any()
    }
    erased(Box::new(places), Arc::new(view))
}
