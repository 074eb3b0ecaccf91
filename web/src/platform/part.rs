//! Parts of the page: elements of the shell, and copies of its templates. All markup is in `index.html`; the code gives its parts
//! their words, states and acts.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{Element, Event, HtmlElement, HtmlTemplateElement};

use super::dom::{document, part};
use super::reactive::{Scope, effect, hold};

/// An element. What is bound to it lasts as long as the scope in which that is done.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part(pub HtmlElement);

impl Part {
    /// The shell's element of that id.
    pub fn shell(id: &str) -> Self {
        Self(part(id))
    }

    /// A copy of the shell's template of that id.
    ///
    /// # Panics
    /// If it has none or it is empty, which is a defect like that of [`part`].
    pub fn copy(template: &str) -> Self {
        let content = part::<HtmlTemplateElement>(template).content().first_element_child();
        let copy = content.and_then(|content| content.clone_node_with_deep(true).ok());
        Self(copy.expect("a template has content").unchecked_into())
    }

    /// A new element.
    pub fn new(tag: &str) -> Self {
        Self(document().create_element(tag).expect("a tag's name").unchecked_into())
    }

    /// The part inside it that `selector` finds first.
    ///
    /// # Panics
    /// If there is none, which is a defect.
    pub fn find(&self, selector: &str) -> Self {
        let found: Option<Element> = self.0.query_selector(selector).ok().flatten();
        Self(found.unwrap_or_else(|| panic!("no {selector}")).unchecked_into())
    }

    /// Gives it its words.
    pub fn say(&self, words: &str) -> &Self {
        self.0.set_text_content(Some(words));
        self
    }

    /// Sets an attribute.
    pub fn set(&self, name: &str, value: &str) -> &Self {
        let _never_fails = self.0.set_attribute(name, value);
        self
    }

    /// Puts `part` behind what is inside.
    pub fn add(&self, part: &Self) -> &Self {
        let _never_fails = self.0.append_child(&part.0);
        self
    }

    /// Puts words behind what is inside.
    pub fn add_text(&self, words: &str) -> &Self {
        let _never_fails = self.0.append_with_str_1(words);
        self
    }

    /// Puts `parts` in place of what is inside.
    pub fn fill(&self, parts: impl IntoIterator<Item = Self>) {
        self.0.set_text_content(None);
        for part in parts {
            self.add(&part);
        }
    }

    /// Keeps its words as `words` says.
    pub fn bind(&self, words: impl Fn() -> String + 'static) -> &Self {
        let element = self.0.clone();
        self.follow(Box::new(words), move |words| element.set_text_content(Some(words)))
    }

    /// Keeps an attribute as `value` says; an empty value removes it.
    pub fn bind_attr(&self, name: &'static str, value: impl Fn() -> String + 'static) -> &Self {
        let element = self.0.clone();
        self.follow(Box::new(value), move |value| {
            let _never_fails = match value {
                "" => element.remove_attribute(name),
                value => element.set_attribute(name, value),
            };
        })
    }

    /// Keeps an attribute that is `true` or `false`.
    pub fn bind_state(&self, name: &'static str, is: impl Fn() -> bool + 'static) -> &Self {
        self.bind_attr(name, move || is().to_string())
    }

    /// Keeps a property of its style as `value` says.
    pub fn bind_style(&self, name: &'static str, value: impl Fn() -> String + 'static) -> &Self {
        let style = self.0.style();
        self.follow(Box::new(value), move |value| {
            let _never_fails = style.set_property(name, value);
        })
    }

    /// Shows it while `shown` says so.
    pub fn show(&self, shown: impl Fn() -> bool + 'static) -> &Self {
        self.bind_attr("hidden", move || if shown() { String::new() } else { "hidden".to_owned() })
    }

    /// Gives it a class while `is` says so.
    pub fn bind_class(&self, class: &'static str, is: impl Fn() -> bool + 'static) -> &Self {
        let classes = self.0.class_list();
        self.follow(Box::new(move || is().to_string()), move |is| {
            let _never_fails = classes.toggle_with_force(class, is == "true");
        })
    }

    /// Keeps what is inside as `parts` makes it, anew whenever a signal that it reads changes.
    pub fn bind_parts(&self, parts: impl Fn() -> Vec<Self> + 'static) -> &Self {
        let part = self.clone();
        effect(move || part.fill(parts()));
        self
    }

    /// Tells `tell` what `value` says: now, and whenever that is something else.
    fn follow(&self, value: Box<dyn Fn() -> String>, tell: impl Fn(&str) + 'static) -> &Self {
        fn erased(value: Box<dyn Fn() -> String>, tell: Box<dyn Fn(&str)>) {
            let mut told: Option<String> = None;
            effect(move || {
                let now = value();
                if told.as_deref() != Some(&now) {
                    tell(&now);
                    told = Some(now);
                }
            });
        }
        erased(value, Box::new(tell));
        self
    }

    /// Does `act` on every such event.
    pub fn on<E: JsCast>(&self, event: &str, mut act: impl FnMut(E) + 'static) -> &Self {
        fn erased(element: &HtmlElement, event: &str, act: Box<dyn FnMut(Event)>) {
            let act = Closure::wrap(act);
            let _never_fails = element.add_event_listener_with_callback(event, act.as_ref().unchecked_ref());
            hold(Listener { element: element.clone(), event: event.to_owned(), act });
        }
        erased(&self.0, event, Box::new(move |event| act(event.unchecked_into())));
        self
    }

    /// Does `act` when it is pressed.
    pub fn press(&self, mut act: impl FnMut() + 'static) -> &Self {
        self.on("click", move |_: Event| act())
    }
}

/// Listens until it is dropped: an element that was taken off the page can still hear of a picture that was loaded.
struct Listener {
    element: HtmlElement,
    event: String,
    act: Closure<dyn FnMut(Event)>,
}

impl Drop for Listener {
    fn drop(&mut self) {
        let act = self.act.as_ref().unchecked_ref();
        let _never_fails = self.element.remove_event_listener_with_callback(&self.event, act);
    }
}

/// Keeps one child in `parent` for each of `keys`, in their order. A child is made once, in a scope of its own, and stays what it
/// is for as long as its key does; one that is in its place already is not touched, so that it keeps the focus.
pub fn list<K: PartialEq + Copy + 'static>(
    parent: &Part,
    keys: impl Fn() -> Vec<K> + 'static,
    make: impl Fn(K) -> Part + 'static,
) {
    let parent = parent.clone();
    let scope = Scope::new();
    let mut children: Vec<(K, Scope, Part)> = Vec::new();
    effect(move || {
        let keys = keys();
        for (_, scope, part) in children.extract_if(.., |child| !keys.contains(&child.0)) {
            scope.end();
            part.0.remove();
        }
        let mut next = parent.0.first_element_child();
        for (index, key) in keys.into_iter().enumerate() {
            let child = match children[index..].iter().position(|child| child.0 == key) {
                Some(at) => children.remove(index + at),
                None => {
                    let scope = scope.with(Scope::new);
                    let part = scope.with(|| make(key));
                    (key, scope, part)
                }
            };
            let element = &child.2.0;
            if next.as_deref() == Some(element) {
                next = element.next_element_sibling();
            } else {
                let _never_fails = parent.0.insert_before(element, next.as_deref());
            }
            children.insert(index, child);
        }
    });
}
