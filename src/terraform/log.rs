//! Lines on stderr as the CLIs read them: one JSON object each, shown under `TF_LOG`.
//!
//! Never log what a user may have marked as sensitive: the line does not know.

use serde_json::Value;
use std::any::Any;
use std::fmt::Display;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::time::{Duration, SystemTime};
use std::{env, io, panic};

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Trace,
    Debug,
    Info,
    Warn,
    Error,
    Off,
}

struct Log {
    level: Level,
    module: String,
}

static LOG: OnceLock<Log> = OnceLock::new();

/// Every step, for whoever hunts a bug in this provider.
pub fn trace(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Trace, message, pairs);
}

/// What helps to understand a run.
pub fn debug(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Debug, message, pairs);
}

/// What anyone who reads the log wants to know.
pub fn info(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Info, message, pairs);
}

/// What may be wrong.
pub fn warn(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Warn, message, pairs);
}

/// What is wrong.
pub fn error(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Error, message, pairs);
}

/// Reads the level, and has panics written in the form that the CLIs look for.
pub(super) fn start(name: &str) {
    let own = format!("TF_LOG_PROVIDER_{}", name.to_uppercase().replace('-', "_"));
    let asked = [own.as_str(), "TF_LOG_PROVIDER", "TF_LOG"]
        .into_iter()
        .find_map(|it| env::var(it).ok());
    let level = asked.map_or(Level::Off, |it| level(&it));
    // A second server in one process keeps the first one's log.
    let _ = LOG.set(Log {
        level,
        module: format!("provider.{name}"),
    });
    panic::set_hook(Box::new(panicked));
}

fn write(level: Level, message: &str, pairs: &[(&str, &dyn Display)]) {
    let Some(log) = LOG.get().filter(|log| log.level <= level) else {
        return;
    };
    let mut line = line(level, &log.module, SystemTime::now(), message, pairs).into_bytes();
    line.push(b'\n');
    // There is nobody to tell when stderr is gone.
    let _ = io::stderr().lock().write_all(&line);
}

fn level(text: &str) -> Level {
    match text.to_uppercase().as_str() {
        "" | "OFF" => Level::Off,
        "ERROR" => Level::Error,
        "WARN" => Level::Warn,
        "INFO" => Level::Info,
        "DEBUG" => Level::Debug,
        // `JSON` asks for another form of everything, and the CLIs take what they do not know for everything too.
        _ => Level::Trace,
    }
}

/// Every value is a string, and no pair can replace an `@` key: Terraform itself panics over an `@` key of another type.
fn line(
    level: Level,
    module: &str,
    now: SystemTime,
    message: &str,
    pairs: &[(&str, &dyn Display)],
) -> String {
    let level = match level {
        Level::Trace => "trace",
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error | Level::Off => "error",
    };
    let own = [
        ("@level", level),
        ("@message", message),
        ("@module", module),
        ("@timestamp", &timestamp(now)),
    ];
    let own = own.map(|(key, value)| (key.to_owned(), Value::from(value)));
    let pairs = pairs.iter().map(|(key, value)| {
        (
            key.trim_start_matches('@').to_owned(),
            Value::from(value.to_string()),
        )
    });
    Value::Object(pairs.chain(own).collect()).to_string()
}

/// UTC with exactly six places of a second; the CLIs print a line with any other number of them raw.
fn timestamp(now: SystemTime) -> String {
    let since = now
        .duration_since(SystemTime::UNIX_EPOCH)
        .unwrap_or(Duration::ZERO);
    let (days, second) = (since.as_secs() / 86_400, since.as_secs() % 86_400);
    // Days to a date, counted in eras of 400 years that begin on 1 March, so that a leap day is the last of its year.
    let days = days + 719_468;
    let (era, day_of_era) = (days / 146_097, days % 146_097);
    let year_of_era =
        (day_of_era - day_of_era / 1_460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let shifted = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * shifted + 2) / 5 + 1;
    let month = if shifted < 10 {
        shifted + 3
    } else {
        shifted - 9
    };
    let year = era * 400 + year_of_era + u64::from(month <= 2);
    let (hour, minute, second, micros) = (
        second / 3600,
        second / 60 % 60,
        second % 60,
        since.subsec_micros(),
    );
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micros:06}Z")
}

/// The CLIs show a provider's stderr to the user only from a line on that begins `panic: `, which is how Go ends.
fn panicked(info: &PanicHookInfo<'_>) {
    let text = panic_text(info.payload());
    let place = info
        .location()
        .map_or_else(String::new, ToString::to_string);
    let _ = io::stderr()
        .lock()
        .write_all(format!("panic: {text}\n\n{place}\n").as_bytes());
}

/// What a panic said.
pub(super) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    owned
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64, micros: u32) -> String {
        timestamp(SystemTime::UNIX_EPOCH + Duration::new(seconds, micros * 1000))
    }

    #[test]
    fn timestamps_have_six_places_and_the_right_day() {
        assert_eq!(at(0, 0), "1970-01-01T00:00:00.000000Z");
        assert_eq!(at(951_782_400, 7), "2000-02-29T00:00:00.000007Z");
        assert_eq!(at(1_709_251_199, 999_999), "2024-02-29T23:59:59.999999Z");
        assert_eq!(at(4_107_542_400, 0), "2100-03-01T00:00:00.000000Z");
    }

    #[test]
    fn pairs_are_strings_and_never_replace_the_clis_own_keys() {
        let now = SystemTime::UNIX_EPOCH;
        let line = line(
            Level::Warn,
            "provider.x",
            now,
            "a \"message\"\n",
            &[("@message", &1), ("@level", &2), ("rows", &3)],
        );
        assert_eq!(
            line,
            r#"{"@level":"warn","@message":"a \"message\"\n","@module":"provider.x","@timestamp":"1970-01-01T00:00:00.000000Z","level":"2","message":"1","rows":"3"}"#
        );
    }

    #[test]
    fn an_unknown_level_is_taken_for_everything() {
        assert_eq!(level("warn"), Level::Warn);
        assert_eq!(level("JSON"), Level::Trace);
        assert_eq!(level("loud"), Level::Trace);
        assert_eq!(level("off"), Level::Off);
        assert_eq!(level(""), Level::Off);
    }
}
