//! "Today", "Yesterday", "Friday, November 20": the person's days, not the budget's.

use imagen4_core::Timestamp;
use js_sys::{Date, Object, Reflect};

const DAY_MS: i64 = 86_400_000;

/// A calendar day in the browser's time zone, counted from the epoch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(i64);

impl Day {
    /// The day of a point in time.
    pub fn of(at: Timestamp) -> Self {
        let offset_minutes = Date::new(&(at.ms() as f64).into()).get_timezone_offset() as i64;
        Self((at.ms() - offset_minutes * 60_000).div_euclid(DAY_MS))
    }

    /// What people call it.
    pub fn name(self, today: Self) -> String {
        match today.0 - self.0 {
            0 => "Today".to_owned(),
            1 => "Yesterday".to_owned(),
            days => {
                let mut parts = vec![("timeZone", "UTC"), ("weekday", "long"), ("month", "long"), ("day", "numeric")];
                if days.abs() > 300 {
                    parts.push(("year", "numeric"));
                }
                let options = options(&parts);
                let date = Date::new(&((self.0 * DAY_MS) as f64).into());
                date.to_locale_date_string("en-US", &options).into()
            }
        }
    }
}

/// A point in time on the person's own calendar: `Nov 22, 6:05 PM`.
pub fn moment(at: Timestamp) -> String {
    let parts = [("month", "short"), ("day", "numeric"), ("hour", "numeric"), ("minute", "2-digit")];
    Date::new(&(at.ms() as f64).into()).to_locale_string("en-US", &options(&parts)).into()
}

fn options(parts: &[(&str, &str)]) -> Object {
    let options = Object::new();
    for (key, value) in parts {
        let _never_fails = Reflect::set(&options, &(*key).into(), &(*value).into());
    }
    options
}

#[cfg(test)]
mod tests {
    use wasm_bindgen_test::wasm_bindgen_test;

    use super::*;

    #[wasm_bindgen_test]
    fn days_are_called_what_people_call_them() {
        // Noon on the person's own calendar, wherever that is.
        let noon = Timestamp::from_ms(Date::new_with_year_month_day_hr(2026, 10, 22, 12).get_time() as i64);
        let name = |hours: u64| Day::of(noon - hours * 3_600_000).name(Day::of(noon));
        assert_eq!(
            [name(1), name(13), name(48), name(24 * 400)],
            ["Today", "Yesterday", "Friday, November 20", "Saturday, October 18, 2025"]
        );
    }
}
