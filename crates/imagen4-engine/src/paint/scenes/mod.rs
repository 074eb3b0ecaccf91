//! The seven scenes. Each composes the shared parts in its own way, back to front.

mod city;
mod coast;
mod desert;
mod forest;
mod hair;
mod lake;
mod lathe;
mod portrait;
mod room;
mod shore;
mod still_life;
mod towers;
mod window;
mod wood;

use super::meaning::Scene;
use super::stage::Stage;

pub(super) fn paint(scene: Scene, stage: &mut Stage<'_>) {
    match scene {
        Scene::Lake => lake::paint(stage),
        Scene::Coast => coast::paint(stage),
        Scene::City => city::paint(stage),
        Scene::Forest => forest::paint(stage),
        Scene::Desert => desert::paint(stage),
        Scene::Room => room::paint(stage),
        Scene::Portrait => portrait::paint(stage),
    }
}
