//! Connections that break off, speak nonsense, say nothing, or never listen. Others do not notice.

use crate::hostile::batch::{create, probe};
use crate::hostile::frames::{
    CONTINUATION, DATA, END_STREAM, HEADERS, PING, PREFACE, RESET, SETTINGS, WINDOW, call, fields,
    frame, headers, hello, message,
};
use crate::hostile::good;
use crate::hostile::host::{Answer, BOUND, Caller, Host};
use crate::hostile::random::Random;
use crate::hostile::rpc::request;
use crate::hostile::{Test, block_on, budget, count};
use crate::support::program::under_test;
use crate::wire::client::{Start, channel};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::UnixStream;
use tokio::time::{sleep, timeout};

pub(crate) const TESTS: &[Test] = &[
    (
        "a_call_is_cut_off_at_any_byte",
        a_call_is_cut_off_at_any_byte,
    ),
    ("lengths_lie", lengths_lie),
    ("frames_are_nonsense", frames_are_nonsense),
    ("cancelled_calls_end_at_once", cancelled_calls_end_at_once),
    ("frames_come_in_floods", frames_come_in_floods),
    ("responses_are_not_read", responses_are_not_read),
    ("many_connections_say_little", many_connections_say_little),
    ("strangers_knock_at_tls", strangers_knock_at_tls),
];

const PLAN: &str = "/tfplugin5.Provider/PlanResourceChange";

fn plan() -> Vec<u8> {
    let good = good::office("office");
    request("PlanResourceChange", create(&good, good.bytes())).to_vec()
}

/// A provider without TLS, so that bytes are what the server reads; its socket is private all the same.
struct Open {
    host: Host,
    before: Vec<Answer>,
}

impl Open {
    async fn start() -> Self {
        let start = Start::of(under_test()).without("PLUGIN_CLIENT_CERT");
        let host = Host {
            plugin: start.plugin(),
        };
        let mut open = Open {
            host,
            before: Vec::new(),
        };
        open.before = probe(&open.caller().await).await;
        open
    }

    async fn connect(&self) -> UnixStream {
        count::one();
        UnixStream::connect(self.host.plugin.socket())
            .await
            .expect("a connection")
    }

    async fn caller(&self) -> Caller {
        let stream = UnixStream::connect(self.host.plugin.socket())
            .await
            .expect("a connection");
        Caller(channel(stream, BOUND).await.expect("a channel"))
    }

    /// Others are served as before.
    async fn lives(&self) {
        assert!(
            probe(&self.caller().await).await == self.before,
            "a good call is answered otherwise than before"
        );
    }

    async fn farewell(mut self) {
        self.lives().await;
        let caller = self.caller().await;
        let socket = self.host.plugin.socket();
        self.host.plugin.shut_down(caller.0).await;
        assert!(self.host.plugin.ended().success());
        assert!(!socket.exists());
        let said = self.host.plugin.last_words();
        assert!(!said.contains("panic:"), "{said}");
    }
}

/// Sends what the server takes of it, and hears what it says until it is silent or gone.
async fn say(stream: &mut UnixStream, bytes: &[u8]) -> Vec<u8> {
    let _ = timeout(Duration::from_secs(5), stream.write_all(bytes)).await;
    let mut heard = Vec::new();
    let mut buffer = vec![0; 1 << 16];
    while let Ok(Ok(length @ 1..)) =
        timeout(Duration::from_millis(30), stream.read(&mut buffer)).await
    {
        heard.extend(&buffer[..length]);
    }
    heard
}

fn a_call_is_cut_off_at_any_byte() {
    block_on(async {
        let open = Open::start().await;
        let script = [hello(), call(1, PLAN, &plan())].concat();
        let step = (script.len() / budget(300)).max(1);
        for end in (0..script.len()).step_by(step) {
            let mut stream = open.connect().await;
            stream.write_all(&script[..end]).await.expect("room");
            drop(stream);
        }
        // The stream alone is taken back, at any byte of the message.
        let mut stream = open.connect().await;
        stream.write_all(&hello()).await.expect("room");
        let message = message(0, u32::try_from(plan().len()).expect("a length"), &plan());
        for (number, end) in (0..message.len()).step_by(10).enumerate() {
            count::one();
            let id = u32::try_from(2 * number + 1).expect("an id");
            let frames = [
                headers(id, PLAN),
                frame(DATA, 0, id, &message[..end]),
                frame(RESET, 0, id, &8u32.to_be_bytes()),
            ];
            say(&mut stream, &frames.concat()).await;
        }
        open.farewell().await;
    });
}

fn lengths_lie() {
    block_on(async {
        let open = Open::start().await;
        for (flag, length) in [
            (0, u32::MAX),
            (0, 256 << 20),
            (0, (256 << 20) - 1),
            (0, 1 << 20),
            (0, 0),
            (0, 1),
            (1, 10),
            (2, 10),
            (255, 10),
        ] {
            for flags in [0, END_STREAM] {
                let mut stream = open.connect().await;
                say(
                    &mut stream,
                    &[
                        hello(),
                        headers(1, PLAN),
                        frame(DATA, flags, 1, &message(flag, length, &plan())),
                    ]
                    .concat(),
                )
                .await;
            }
        }
        // Many who promise the most that is taken, and keep silent: promises take no memory.
        let mut promises = Vec::new();
        for _ in 0..50 {
            let mut stream = open.connect().await;
            let most = message(0, (256 << 20) - 1, b"x");
            say(
                &mut stream,
                &[hello(), headers(1, PLAN), frame(DATA, 0, 1, &most)].concat(),
            )
            .await;
            promises.push(stream);
        }
        open.lives().await;
        if let Some(peak) = open.host.peak_memory() {
            assert!(peak < 400 << 20, "{} MiB for promises", peak >> 20);
        }
        drop(promises);
        open.farewell().await;
    });
}

fn frames_are_nonsense() {
    block_on(async {
        let open = Open::start().await;
        let mut random = Random::new(8);
        let mut byte = |sides: usize| u8::try_from(random.below(sides)).expect("a byte");
        let openings = [
            Vec::new(),
            PREFACE.to_vec(),
            hello(),
            [hello(), headers(1, PLAN)].concat(),
            b"GET / HTTP/1.1\r\nHost: x\r\n\r\n".to_vec(),
        ];
        for _ in 0..budget(300) {
            let mut script = openings[usize::from(byte(openings.len()))].clone();
            for _ in 0..=byte(4) {
                let payload: Vec<u8> = (0..byte(60)).map(|_| byte(256)).collect();
                let mut nonsense = frame(byte(12), byte(256), u32::from(byte(6)), &payload);
                if byte(3) == 0 {
                    nonsense[usize::from(byte(9))] = byte(256);
                }
                script.extend(nonsense);
            }
            let mut stream = open.connect().await;
            say(&mut stream, &script).await;
        }
        open.farewell().await;
    });
}

/// Each is begun and then abandoned.
fn cancelled_calls_end_at_once() {
    block_on(async {
        let open = Open::start().await;
        for _ in 0..5 {
            let mut stream = open.connect().await;
            let mut script = hello();
            for number in 0..200 {
                let id = 2 * number + 1;
                script.extend(call(id, PLAN, &plan()));
                script.extend(frame(RESET, 0, id, &8u32.to_be_bytes()));
            }
            say(&mut stream, &script).await;
        }
        open.farewell().await;
    });
}

fn frames_come_in_floods() {
    block_on(async {
        let open = Open::start().await;
        let many = |frame: Vec<u8>, times: usize| frame.repeat(times);
        let floods = [
            many(frame(PING, 0, 0, &[0; 8]), 20_000),
            many(frame(SETTINGS, 0, 0, &[]), 20_000),
            [headers(1, PLAN), many(frame(DATA, 0, 1, &[]), 20_000)].concat(),
            [
                frame(HEADERS, 0, 1, &fields(PLAN)),
                many(frame(CONTINUATION, 0, 1, &[0; 4096]), 500),
            ]
            .concat(),
            [
                frame(HEADERS, 0, 1, &fields(PLAN)),
                many(frame(CONTINUATION, 0, 1, &[]), 20_000),
            ]
            .concat(),
            many(frame(WINDOW, 0, 0, &0x7fff_ffff_u32.to_be_bytes()), 10),
            (0..5_000)
                .flat_map(|it| headers(2 * it + 1, PLAN))
                .collect(),
        ];
        for flood in floods {
            let mut stream = open.connect().await;
            say(&mut stream, &[hello(), flood].concat()).await;
            open.lives().await;
        }
        open.farewell().await;
    });
}

/// Answers for which there is no room wait in bounded memory, and go when the connection goes.
fn responses_are_not_read() {
    block_on(async {
        let open = Open::start().await;
        // Nothing may be sent to us.
        let shut = frame(SETTINGS, 0, 0, &[0, 4, 0, 0, 0, 0]);
        let mut stream = open.connect().await;
        let calls = (0..200).flat_map(|it| call(2 * it + 1, "/tfplugin5.Provider/GetSchema", b""));
        let script: Vec<u8> = [PREFACE.to_vec(), shut]
            .concat()
            .into_iter()
            .chain(calls)
            .collect();
        say(&mut stream, &script).await;
        open.lives().await;
        if let Some(peak) = open.host.peak_memory() {
            assert!(peak < 300 << 20, "{} MiB for answers", peak >> 20);
        }
        drop(stream);
        open.farewell().await;
    });
}

fn many_connections_say_little() {
    block_on(async {
        let open = Open::start().await;
        let script = [hello(), call(1, PLAN, &plan())].concat();
        let mut streams = Vec::new();
        for _ in 0..200 {
            streams.push(open.connect().await);
        }
        // A byte at a time, all of them, and a good call between.
        for at in 0..40 {
            for stream in &mut streams {
                stream.write_all(&script[at..=at]).await.expect("room");
            }
            if at % 20 == 0 {
                open.lives().await;
            }
        }
        // One of them is only slow.
        let slow = &mut streams[0];
        slow.write_all(&script[40..]).await.expect("room");
        let mut heard: Vec<u8> = Vec::new();
        while !heard.windows(6).any(|it| it == b"office") {
            let mut buffer = vec![0; 1 << 16];
            let length = timeout(BOUND, slow.read(&mut buffer))
                .await
                .expect("an answer")
                .expect("bytes");
            assert!(length > 0, "hung up on");
            heard.extend(&buffer[..length]);
        }
        drop(streams);
        open.farewell().await;
    });
}

/// They are closed after a while, and do not block others.
fn strangers_knock_at_tls() {
    let host = Host::start();
    block_on(async {
        let caller = host.caller().await;
        let before = probe(&caller).await;
        let mut strangers = Vec::new();
        for said in [
            &b""[..],
            b"\x16",
            b"\x16\x03\x01\xff\xff",
            PREFACE,
            b"GET / HTTP/1.1\r\n\r\n",
            &[0xff; 3000],
        ] {
            for _ in 0..10 {
                count::one();
                let mut stream = UnixStream::connect(host.plugin.socket())
                    .await
                    .expect("a connection");
                let _ = stream.write_all(said).await;
                strangers.push(stream);
            }
        }
        assert!(probe(&caller).await == before);
        assert!(probe(&host.caller().await).await == before);
        for mut stream in strangers {
            // What they hear is an alert at most.
            let heard = timeout(BOUND, async {
                let mut heard = Vec::new();
                let _ = stream.read_to_end(&mut heard).await;
                heard
            });
            assert!(heard.await.expect("they are let go").len() < 100);
        }
        // Half a handshake as who may come in, and then gone.
        for _ in 0..5 {
            count::one();
            let gone = host.plugin.tls(Some(&host.plugin.identity), &[b"h2"]);
            let _ = timeout(Duration::from_millis(3), gone).await;
            sleep(Duration::from_millis(1)).await;
        }
        assert!(probe(&caller).await == before);
        host.farewell().await;
    });
}
