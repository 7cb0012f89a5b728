//! Hosts and pods in network namespaces of this machine, with real packets between them.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{Read, Write};
use std::net::{IpAddr, Shutdown, SocketAddr, TcpListener, TcpStream, UdpSocket};
use std::process::{Command, Stdio};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread::{self, JoinHandle};
use std::time::Duration;

/// How long a probe waits for an answer. Everything is on one machine, so what takes longer was dropped.
const PATIENCE: Duration = Duration::from_millis(800);

static LABS: AtomicUsize = AtomicUsize::new(0);

/// Network namespaces that go when this does.
pub(crate) struct Lab {
    prefix: String,
    spaces: Vec<String>,
}

/// Why namespaces with rulesets cannot be made here.
pub(crate) fn missing() -> Result<(), String> {
    let lab = Lab {
        prefix: format!("pm{}-try", std::process::id()),
        spaces: vec!["a".to_owned()],
    };
    let made = tried(&["ip", "netns", "add", &lab.space("a")]).and_then(|()| {
        tried(&[
            "ip",
            "netns",
            "exec",
            &lab.space("a"),
            "nft",
            "list",
            "ruleset",
        ])
    });
    made.map_err(|why| format!("network namespaces with nftables cannot be made here; be root, and install iproute2 and nftables ({why})"))
}

impl Lab {
    /// Hosts on one bridge, each with addresses in `10.50.0.0/16` and `fd50::/64`.
    pub(crate) fn of_hosts(hosts: &[(&str, &[&str])]) -> Lab {
        let number = LABS.fetch_add(1, Ordering::Relaxed);
        let mut lab = Lab {
            prefix: format!("pm{}-{number}", std::process::id()),
            spaces: Vec::new(),
        };
        lab.add("switch");
        lab.run("switch", "ip link add br0 type bridge mcast_snooping 0");
        lab.run("switch", "ip link set br0 up");
        for (host, addresses) in hosts {
            lab.add(host);
            lab.plug(host, "switch", "br0");
            for it in *addresses {
                let length = if it.contains(':') { "64 nodad" } else { "16" };
                let (length, rest) = length.split_once(' ').unwrap_or((length, ""));
                lab.run(host, &format!("ip addr add {it}/{length} dev eth0 {rest}"));
            }
        }
        lab
    }

    /// A pod on the bridge of a node, which is made with the first: the node has the first address of each network.
    pub(crate) fn add_pod(&mut self, node: &str, pod: &str, network: (&str, &str), number: u8) {
        let (four, six) = network;
        if self.says(node, "ip link show cni0").is_err() {
            self.run(node, "ip link add cni0 type bridge");
            self.run(node, &format!("ip addr add {four}.1/24 dev cni0"));
            self.run(node, &format!("ip addr add {six}::1/64 dev cni0 nodad"));
            self.run(node, "ip link set cni0 up");
            self.run(
                node,
                "sysctl -qw net.ipv4.ip_forward=1 net.ipv6.conf.all.forwarding=1",
            );
        }
        self.add(pod);
        self.plug(pod, node, "cni0");
        self.run(pod, &format!("ip addr add {four}.{number}/24 dev eth0"));
        self.run(
            pod,
            &format!("ip addr add {six}::{number}/64 dev eth0 nodad"),
        );
        self.run(pod, &format!("ip route add default via {four}.1"));
        self.run(pod, &format!("ip -6 route add default via {six}::1"));
    }

    /// The name of a namespace on this machine.
    pub(crate) fn space(&self, name: &str) -> String {
        format!("{}-{name}", self.prefix)
    }

    fn add(&mut self, name: &str) {
        tried(&["ip", "netns", "add", &self.space(name)]).expect("a namespace");
        self.spaces.push(name.to_owned());
        self.run(name, "ip link set lo up");
    }

    /// A cable from `eth0` of one namespace to a bridge of another.
    fn plug(&self, name: &str, other: &str, bridge: &str) {
        let other_end = format!("p{name}");
        let peer = self.space(other);
        self.run(
            name,
            &format!("ip link add eth0 type veth peer name {other_end} netns {peer}"),
        );
        self.run(name, "ip link set eth0 up");
        self.run(
            other,
            &format!("ip link set {other_end} master {bridge} up"),
        );
    }

    /// Runs a command in a namespace.
    pub(crate) fn run(&self, name: &str, command: &str) {
        if let Err(why) = self.says(name, command) {
            panic!("{name}: {command}: {why}");
        }
    }

    /// What a command in a namespace prints; or why it failed.
    pub(crate) fn says(&self, name: &str, command: &str) -> Result<String, String> {
        let space = self.space(name);
        let words = ["ip", "netns", "exec", &space].into_iter();
        let words: Vec<&str> = words.chain(command.split_whitespace()).collect();
        output(&words, "")
    }

    /// Loads a ruleset on a host.
    pub(crate) fn load(&self, host: &str, ruleset: &str) {
        let space = self.space(host);
        let words = ["ip", "netns", "exec", &space, "nft", "-f", "-"];
        if let Err(why) = output(&words, ruleset) {
            panic!("{host}: {why}\n{ruleset}");
        }
    }

    /// Does something in a namespace, on a thread of its own.
    pub(crate) fn inside<T: Send + 'static>(
        &self,
        name: &str,
        what: impl FnOnce() -> T + Send + 'static,
    ) -> JoinHandle<T> {
        let path = format!("/run/netns/{}", self.space(name));
        thread::spawn(move || {
            let space = File::open(path).expect("a namespace");
            let kind = rustix::thread::LinkNameSpaceType::Network;
            rustix::thread::move_into_link_name_space(std::os::fd::AsFd::as_fd(&space), Some(kind))
                .expect("root may enter it");
            what()
        })
    }

    /// Servers of a host that answer with what they get, of both families.
    pub(crate) fn listen(&self, host: &str, tcp: &[u16], udp: &[u16]) {
        let (tcp, udp) = (tcp.to_vec(), udp.to_vec());
        let bound = self.inside(host, move || {
            for port in tcp {
                let listener = TcpListener::bind(("::", port)).expect("a free port");
                thread::spawn(move || {
                    for it in listener.incoming().flatten() {
                        thread::spawn(move || answers(it));
                    }
                });
            }
            for port in udp {
                let socket = UdpSocket::bind(("::", port)).expect("a free port");
                thread::spawn(move || {
                    let mut bytes = [0; 64];
                    while let Ok((count, from)) = socket.recv_from(&mut bytes) {
                        let _ = socket.send_to(&bytes[..count], from);
                    }
                });
            }
        });
        bound.join().expect("servers");
    }

    /// Which of these are reached from a host, as `tcp 10.0.0.1 443` or `udp 10.0.0.1 53`.
    pub(crate) fn reached(&self, host: &str, probes: &[&str]) -> Vec<String> {
        let probe = |probe: &&str| {
            let words = probe.to_string();
            (
                probe.to_string(),
                self.inside(host, move || is_reached(&words)),
            )
        };
        let probes: Vec<_> = probes.iter().map(probe).collect();
        let reached = probes.into_iter();
        let reached =
            reached.filter_map(|(probe, it)| it.join().expect("a probe").then_some(probe));
        reached.collect()
    }

    /// A connection that stays open.
    pub(crate) fn connect(&self, host: &str, to: &str) -> TcpStream {
        let to: SocketAddr = to.parse().expect("an address and port");
        let stream = self.inside(host, move || TcpStream::connect_timeout(&to, PATIENCE));
        stream.join().expect("a thread").expect("a connection")
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        for it in &self.spaces {
            let _ = tried(&["ip", "netns", "del", &self.space(it)]);
        }
    }
}

/// Whether an open connection still carries bytes.
pub(crate) fn is_alive(stream: &mut TcpStream) -> bool {
    let _ = stream.set_read_timeout(Some(Duration::from_secs(3)));
    let mut byte = [0];
    stream.write_all(b"y").is_ok() && stream.read_exact(&mut byte).is_ok() && byte == *b"y"
}

/// What differs from what is wanted, by host: reached, though it must not be; and not reached, though it must be.
pub(crate) fn differences(
    lab: &Lab,
    wanted: &[(&str, &[&str], &[&str])],
) -> BTreeMap<String, Vec<String>> {
    let mut wrong = BTreeMap::new();
    for (host, yes, no) in wanted {
        let all: Vec<&str> = yes.iter().chain(*no).copied().collect();
        let reached = lab.reached(host, &all);
        let is_reached = |it: &&&str| reached.iter().any(|reached| reached == **it);
        let missed = yes.iter().filter(|it| !is_reached(it));
        let missed = missed.map(|it| format!("not reached: {it}"));
        let open = no.iter().filter(is_reached);
        let open = open.map(|it| format!("reached: {it}"));
        let found: Vec<String> = missed.chain(open).collect();
        if !found.is_empty() {
            wrong.insert((*host).to_owned(), found);
        }
    }
    wrong
}

fn is_reached(probe: &str) -> bool {
    let words: Vec<&str> = probe.split(' ').collect();
    let [transport, address, port] = words[..] else {
        panic!("`{probe}` is not a probe");
    };
    let address: IpAddr = address.parse().expect("an address");
    let to = SocketAddr::new(address, port.parse().expect("a port"));
    if transport == "tcp" {
        let Ok(mut stream) = TcpStream::connect_timeout(&to, PATIENCE) else {
            return false;
        };
        let alive = is_alive(&mut stream);
        let _ = stream.shutdown(Shutdown::Both);
        return alive;
    }
    let local = if address.is_ipv4() {
        "0.0.0.0:0"
    } else {
        "[::]:0"
    };
    let socket = UdpSocket::bind(local).expect("a socket");
    let _ = socket.set_read_timeout(Some(PATIENCE));
    let mut byte = [0];
    socket.connect(to).is_ok() && socket.send(b"x").is_ok() && socket.recv(&mut byte).is_ok()
}

fn answers(mut stream: TcpStream) {
    let mut bytes = [0; 64];
    while let Ok(count @ 1..) = stream.read(&mut bytes) {
        if stream.write_all(&bytes[..count]).is_err() {
            return;
        }
    }
}

fn tried(words: &[&str]) -> Result<(), String> {
    output(words, "").map(drop)
}

fn output(words: &[&str], input: &str) -> Result<String, String> {
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).stdin(Stdio::piped());
    command.stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = command
        .spawn()
        .map_err(|it| format!("{}: {it}", words[0]))?;
    let mut stdin = child.stdin.take().expect("a pipe");
    // A program that ends early says why on its own.
    let _ = stdin.write_all(input.as_bytes());
    drop(stdin);
    let said = child.wait_with_output().map_err(|it| it.to_string())?;
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).trim().to_owned();
    if said.status.success() {
        Ok(text(&said.stdout))
    } else {
        Err(text(&said.stderr))
    }
}
