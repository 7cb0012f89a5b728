//! Lines on stderr as the CLIs read them: one JSON object each, shown under `TF_LOG`.
//!
//! Never log what a user may have marked as sensitive: the line does not know.

use serde_json::Value;
use std::any::Any;
use std::fmt::Display;
use std::io::Write;
use std::panic::PanicHookInfo;
use std::sync::OnceLock;
use std::time::SystemTime;
use std::{env, io, panic};
use time::OffsetDateTime;

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

/// Every step, for debugging the provider.
pub fn trace(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Trace, message, pairs);
}

/// What helps to understand a run.
pub fn debug(message: &str, pairs: &[(&str, &dyn Display)]) {
    write(Level::Debug, message, pairs);
}

/// What any reader of the log wants to know.
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
    // If stderr is closed, the error cannot be reported anywhere.
    let _ = io::stderr().lock().write_all(&line);
}

fn level(text: &str) -> Level {
    match text.to_uppercase().as_str() {
        "" | "OFF" => Level::Off,
        "ERROR" => Level::Error,
        "WARN" => Level::Warn,
        "INFO" => Level::Info,
        "DEBUG" => Level::Debug,
        // `JSON` asks for another form of everything, and the CLIs log everything for a level that they do not know.
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

/// UTC with exactly six decimal places of a second: the CLIs do not parse a line with any other number of them.
fn timestamp(now: SystemTime) -> String {
    let now = OffsetDateTime::from(now);
    let (year, month, day) = now.to_calendar_date();
    let (hour, minute, second, micros) = now.to_hms_micro();
    let month = u8::from(month);
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

/// The message of a panic.
pub(super) fn panic_text(payload: &(dyn Any + Send)) -> &str {
    let owned = payload.downcast_ref::<String>().map(String::as_str);
    owned
        .or_else(|| payload.downcast_ref::<&str>().copied())
        .unwrap_or("no message")
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

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
    fn an_unknown_level_logs_everything() {
        assert_eq!(level("warn"), Level::Warn);
        assert_eq!(level("JSON"), Level::Trace);
        assert_eq!(level("loud"), Level::Trace);
        assert_eq!(level("off"), Level::Off);
        assert_eq!(level(""), Level::Off);
    }
}
