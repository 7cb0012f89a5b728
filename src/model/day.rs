//! Calendar days, as people write when an exception ends.

use std::fmt;
use time::{Date, Month};

/// A day of the calendar, without a time zone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(Date);

impl Day {
    /// `2027-03-31`: four digits, two and two.
    ///
    /// # Errors
    /// If the text has another form, or the calendar has no such day.
    pub fn parse(text: &str) -> Result<Day, String> {
        let form = || format!("`{text}` is not a date; write year, month and day: `2027-03-31`");
        let is_form = text.len() == 10
            && text.bytes().enumerate().all(|(at, it)| match at {
                4 | 7 => it == b'-',
                _ => it.is_ascii_digit(),
            });
        if !is_form {
            // What YAML makes of a date without quotes.
            return Err(match text.split_once('T') {
                Some((day, _)) if Day::parse(day).is_ok() => {
                    format!("`{text}` is a timestamp; write the day alone, in quotes: `\"{day}\"`")
                }
                _ => form(),
            });
        }
        let number = |range: std::ops::Range<usize>| text[range].parse::<u16>().unwrap_or(0);
        let (year, month, day) = (number(0..4), number(5..7), number(8..10));
        let missing = || format!("`{text}` is not a day of the calendar");
        let month = u8::try_from(month)
            .ok()
            .and_then(|it| Month::try_from(it).ok());
        let day = u8::try_from(day).map_err(|_| missing())?;
        let date = Date::from_calendar_date(i32::from(year), month.ok_or_else(missing)?, day);
        date.map(Day).map_err(|_| missing())
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.year()
    }

    /// How many days it is from this one to another; negative if the other is before.
    pub fn until(self, other: Day) -> i32 {
        other.0.to_julian_day() - self.0.to_julian_day()
    }
}

/// The day on which exceptions are judged, and from how many days before its end on one is reported.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dates {
    /// Without one, they do not end.
    pub day: Option<Day>,
    /// 0 is the last day itself.
    pub warn_days: u32,
}

impl Dates {
    /// Whether a last day is over.
    pub fn is_over(self, last: Option<Day>) -> bool {
        self.day.zip(last).is_some_and(|(day, last)| day > last)
    }

    /// The days that are left until a last day that is near; `None` if it is over, or not near.
    pub fn left(self, last: Option<Day>) -> Option<u32> {
        let left = u32::try_from(self.day?.until(last?)).ok()?;
        (left <= self.warn_days).then_some(left)
    }
}

/// What to do about something that is about to end. It is a remedy, and no state has these, so that a state does not change each day.
pub fn days_left(left: u32, what: &str) -> String {
    let left = match left {
        0 => "today is the last day".to_owned(),
        1 => "1 day is left".to_owned(),
        left => format!("{left} days are left"),
    };
    format!("{left}: renew the {what} with a later `expires`, or remove what needs it")
}

/// As it is written: `2027-03-31`.
impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (year, month, day) = self.0.to_calendar_date();
        write!(f, "{year:04}-{:02}-{day:02}", u8::from(month))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_as_they_are_written_and_counted() {
        for text in ["2027-03-31", "2028-02-29", "2000-01-01", "9999-12-31"] {
            assert_eq!(Day::parse(text).unwrap().to_string(), text);
        }
        let until = |a: &str, b: &str| Day::parse(a).unwrap().until(Day::parse(b).unwrap());
        assert_eq!(until("2027-03-31", "2027-03-31"), 0);
        assert_eq!(until("2028-02-28", "2028-03-01"), 2);
        assert_eq!(until("2027-01-01", "2026-12-31"), -1);
    }

    #[test]
    fn what_is_not_a_day_is_an_error() {
        for text in [
            "",
            "2027-2-3",
            "31.03.2027",
            "2027-03-31T00:00:00Z",
            "2027-02-29",
            "2027-13-01",
            "2027-00-10",
            "2027-04-31",
            "20270331",
            "２０２７-03-3",
            "+027-03-31",
        ] {
            assert!(Day::parse(text).is_err(), "{text}");
        }
    }
}
