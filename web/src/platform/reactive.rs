//! Leptos's signals, effects and owners, behind one type each. The compiler copies the machinery of a signal for every type
//! that is in one and that of an effect for every closure; here there is one copy, and only the access to the value is typed.
//! Together with the templates of [`super::part`] it halves the wasm.

use std::any::Any;
use std::cell::RefCell;
use std::fmt;
use std::marker::PhantomData;
use std::mem;
use std::pin::Pin;
use std::rc::Rc;

pub use leptos::prelude::untrack;
use leptos::prelude::{ArcTrigger, GetValue, LocalStorage, Notify, Owner, RenderEffect, StoredValue, Track};
use leptos::task::spawn_local;

/// What is kept for as long as the present owner lives.
type Kept = StoredValue<Rc<dyn Any>, LocalStorage>;

fn keep(value: Rc<dyn Any>) -> Kept {
    StoredValue::new_local(value)
}

/// A value that effects follow, and that lives as long as the [`Scope`] it was made in. `Copy`, so that closures can share it.
pub struct Signal<T> {
    slot: Kept,
    holds: PhantomData<fn() -> T>,
}

struct Slot<T> {
    changed: ArcTrigger,
    value: RefCell<T>,
}

impl<T: 'static> Signal<T> {
    /// A signal that holds `value`.
    pub fn new(value: T) -> Self {
        let slot = Slot { changed: ArcTrigger::new(), value: RefCell::new(value) };
        Self { slot: keep(Rc::new(slot)), holds: PhantomData }
    }

    fn slot(self) -> Option<Rc<Slot<T>>> {
        self.slot.try_get_value()?.downcast().ok()
    }

    /// Shows the value to `read`, and follows it.
    pub fn with<R>(self, read: impl FnOnce(&T) -> R) -> R {
        self.track();
        self.with_untracked(read)
    }

    /// Shows the value to `read`.
    ///
    /// # Panics
    /// If the signal's scope is gone: whoever reads it must be gone before.
    pub fn with_untracked<R>(self, read: impl FnOnce(&T) -> R) -> R {
        read(&self.slot().expect("a signal outlives its readers").value.borrow())
    }

    /// Runs the present effect again when the value changes.
    pub fn track(self) {
        if let Some(slot) = self.slot() {
            slot.changed.track();
        }
    }

    /// Changes the value; `change` says whether that is news. Nothing happens once the scope is gone: an answer can come late.
    pub fn maybe_update(self, change: impl FnOnce(&mut T) -> bool) {
        if let Some(slot) = self.slot() {
            // No longer borrowed when effects read it.
            let news = change(&mut slot.value.borrow_mut());
            if news {
                slot.changed.notify();
            }
        }
    }

    /// Changes the value.
    pub fn update(self, change: impl FnOnce(&mut T)) {
        self.maybe_update(|value| {
            change(value);
            true
        });
    }

    /// Puts another value in its place.
    pub fn set(self, value: T) {
        self.update(|held| *held = value);
    }
}

impl<T: Clone + 'static> Signal<T> {
    /// A copy of the value; follows it.
    pub fn get(self) -> T {
        self.with(T::clone)
    }

    /// A copy of the value.
    pub fn get_untracked(self) -> T {
        self.with_untracked(T::clone)
    }
}

impl<T: Default + 'static> Signal<T> {
    /// Takes the value and leaves the default, without telling anybody.
    pub fn take(self) -> T {
        let mut taken = T::default();
        self.maybe_update(|held| {
            taken = mem::take(held);
            false
        });
        taken
    }
}

impl<T: PartialEq + 'static> Signal<T> {
    /// Puts another value in its place, if it is another.
    pub fn set_if_new(self, value: T) {
        self.maybe_update(|held| {
            let news = *held != value;
            *held = value;
            news
        });
    }

    /// A signal that holds what `compute` says, and tells only when that is something else.
    pub fn derived(compute: impl Fn() -> T + 'static) -> Self {
        let signal = Self::new(untrack(&compute));
        effect(move || signal.set_if_new(compute()));
        signal
    }
}

impl<T> Copy for Signal<T> {}

impl<T> Clone for Signal<T> {
    fn clone(&self) -> Self {
        *self
    }
}

impl<T> fmt::Debug for Signal<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Signal")
    }
}

/// Runs `act` now and whenever a signal that it reads changes.
pub fn effect(act: impl FnMut() + 'static) {
    fn erased(mut act: Box<dyn FnMut()>) {
        keep(Rc::new(RenderEffect::new(move |_: Option<()>| act())));
    }
    erased(Box::new(act));
}

/// Keeps `value` alive for as long as the present scope lives.
pub fn hold(value: impl Any) {
    keep(Rc::new(value));
}

/// What is made inside a scope ends with it: signals, effects, listeners. It ends with the scope it was made in.
#[derive(Clone, Debug)]
pub struct Scope(Owner);

impl Scope {
    /// A scope inside the present one.
    pub fn new() -> Self {
        Self(Owner::current().map_or_else(Owner::new, |owner| owner.child()))
    }

    /// Runs `make` inside the scope.
    pub fn with<R>(&self, make: impl FnOnce() -> R) -> R {
        self.0.with(|| untrack(make))
    }

    /// Ends it.
    pub fn end(self) {
        self.0.cleanup();
    }
}

impl Default for Scope {
    fn default() -> Self {
        Self::new()
    }
}

/// Runs a task beside everything else.
pub fn spawn(task: impl Future<Output = ()> + 'static) {
    fn erased(task: Pin<Box<dyn Future<Output = ()>>>) {
        spawn_local(task);
    }
    erased(Box::pin(task));
}
