//! The icons: one path each, drawn in the color of the text on a grid of 20 pixels.

use leptos::prelude::*;

/// An icon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Icon {
    /// Close, remove.
    Close,
    /// Copy.
    Copy,
    /// Code.
    Code,
    /// A choice of options.
    Filter,
    /// A die: random.
    Dice,
    /// Download.
    Download,
    /// Edit.
    Edit,
    /// More actions.
    More,
    /// A grid of images.
    Grid,
    /// Cards.
    Cards,
    /// Information.
    Info,
    /// To the left.
    Left,
    /// To the right.
    Right,
    /// A closed lock.
    Lock,
    /// An open lock.
    Unlock,
    /// Open large.
    Expand,
    /// Once more.
    Refresh,
    /// A star: favorite.
    Star,
    /// Delete.
    Trash,
    /// Add.
    Plus,
    /// Search.
    Search,
    /// Done, selected.
    Check,
    /// Undo.
    Undo,
    /// Redo.
    Redo,
}

impl Icon {
    const fn path(self) -> &'static str {
        match self {
            Self::Close => "M5 5l10 10M15 5L5 15",
            Self::Copy => "M7 7h9v9H7zM13 7V4H4v9h3",
            Self::Code => "M7 5l-5 5 5 5M13 5l5 5-5 5",
            Self::Filter => "M3 5h14M6 10h8M8.5 15h3",
            Self::Dice => "M4 4h12v12H4zM7.5 7.5h.01M12.5 7.5h.01M10 10h.01M7.5 12.5h.01M12.5 12.5h.01",
            Self::Download => "M10 3v10M6 9.5l4 4 4-4M4 17h12",
            Self::Edit => "M4 16l1-4L14 3l3 3-9 9zM12 5l3 3",
            Self::More => "M4.7 10h.6M5 9.7v.6M9.7 10h.6M10 9.7v.6M14.7 10h.6M15 9.7v.6",
            Self::Grid => "M3 3h6v6H3zM11 3h6v6h-6zM3 11h6v6H3zM11 11h6v6h-6z",
            Self::Cards => "M3 4h14v8H3zM3 15h14M3 17.5h8",
            Self::Info => "M10 9v5M10 6h.01M10 2.5a7.5 7.5 0 1 0 0 15 7.5 7.5 0 0 0 0-15z",
            Self::Left => "M12.5 4l-6 6 6 6",
            Self::Right => "M7.5 4l6 6-6 6",
            Self::Lock => "M5 9h10v8H5zM7 9V6a3 3 0 0 1 6 0v3",
            Self::Unlock => "M5 9h10v8H5zM7 9V6a3 3 0 0 1 5.8-1",
            Self::Expand => "M12 3h5v5M17 3l-6 6M8 17H3v-5M3 17l6-6",
            Self::Refresh => "M16 10a6 6 0 1 1-1.8-4.2L16 7.5M16 3v4.5h-4.5",
            Self::Star => "M10 2.8l2.2 4.6 5 .7-3.6 3.5.8 5-4.4-2.4-4.4 2.4.8-5L2.8 8.1l5-.7z",
            Self::Trash => "M4 6h12M8 6V4h4v2M6 6l.7 11h6.6L14 6",
            Self::Plus => "M10 4v12M4 10h12",
            Self::Search => "M9 3a6 6 0 1 0 0 12A6 6 0 0 0 9 3zM13.5 13.5L17 17",
            Self::Check => "M4 10.5l4 4 8-9",
            Self::Undo => "M7 3.5l-4 4 4 4M3.5 7.5H12a4.5 4.5 0 0 1 0 9H8",
            Self::Redo => "M13 3.5l4 4-4 4M16.5 7.5H8a4.5 4.5 0 0 0 0 9h4",
        }
    }
}

/// Draws an icon that never changes: there is nothing to follow, which counts where there are thousands.
pub fn drawn(icon: Icon) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=icon.path() />
        </svg>
    }
}

/// Draws an icon; its button says what it does.
#[component]
pub fn IconView(
    /// Which.
    #[prop(into)]
    icon: Signal<Icon>,
) -> impl IntoView {
    view! {
        <svg class="icon" viewBox="0 0 20 20" aria-hidden="true">
            <path d=move || icon.get().path() />
        </svg>
    }
}
