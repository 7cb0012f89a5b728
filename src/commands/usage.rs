//! The commands: a row each, from which the general help and the help of each command are made.

use super::{
    CommandError, Exit, import, lint, products, report, review, show, site, try_command, why,
};
use crate::catalog::Catalog;
use std::fmt::Write;

/// One command and how it is used.
pub(super) struct Command {
    /// Its name.
    pub(super) name: &'static str,
    /// Its arguments; further lines are indented when they are shown.
    arguments: &'static str,
    /// What it does, in one line.
    summary: &'static str,
    /// The rest of its own help.
    details: &'static str,
    /// Runs it. What it prints is put behind the text.
    pub(super) run: fn(lexopt::Parser, &Catalog, &mut String) -> Result<Exit, CommandError>,
}

/// The commands, in the order of the documentation.
pub(super) const COMMANDS: [Command; 9] = [
    Command {
        name: "try",
        arguments: "[--cli PROGRAM] DIR [-- ARGS]",
        summary: "run Terraform or OpenTofu in DIR with this build as the provider",
        details: "\
Nothing has to be installed, and nothing is left in DIR: the lock file is as before, and the CLI's data
is in a temporary directory unless TF_DATA_DIR is set.

  --cli PROGRAM   the CLI to run (default: terraform, or tofu if there is none)
  ARGS            arguments of the CLI (default: plan)

Exit codes: those of the CLI; 2 if it cannot be run or its `init` fails.
",
        run: |parser, _, _| try_command::run(parser),
    },
    Command {
        name: "products",
        arguments: "[--search WORDS] [--port N [--transport NAME]] [--language LL]",
        summary: "list the catalogue, or what listens on a port",
        details: "\
  --search WORDS     only products that have all of the words in their name, title, vendor, aliases or search words
  --port N           what listens on port N by default, instead of the list of products
  --transport NAME   with --port: only this transport: tcp, udp or sctp
  --language LL      the language of purposes, two letters such as en (default), ru or tr; if it is not English, --search
                     searches them, too

Exit codes: 0 success, 2 wrong usage.
",
        run: products::run,
    },
    Command {
        name: "show",
        arguments: "PRODUCT|FILE [--version VERSION] [--format FORMAT] [--language LL]\n[--choice NAME=OPTION]... [--number NAME=VALUES]... [--port NAME=PORTS]...\n[--profile NAME] [--enable NAME]... [--disable NAME]...",
        summary: "show a product's port matrix",
        details: "\
PRODUCT is a name in the catalogue; FILE is the path of a product file that ends in .toml or .json.

  --version VERSION   the release of the product that you use (default: the newest release line)
  --format FORMAT     table (default) and markdown: the matrix with all notes
                      csv: only the rows of the matrix
                      json: what the data source portmatrix_product returns
                      mermaid: a chart
                      html: a page that is complete in itself
                      toml: the product file itself
  --language LL       the language of purposes and advice, two letters such as en (default), ru or tr

With one of these, the matrix is the one that a `product` block with the same settings has, without flows that are off:

  --choice NAME=OPTION   the option of a choice
  --number NAME=VALUES   numbers that are part of ports, e.g. app=00,02-03
  --port NAME=PORTS      the ports of a parameter
  --profile NAME         the vendor's recommended ports
  --enable NAME          enable a flow or feature
  --disable NAME         disable a flow or feature

Exit codes: 0 success, 2 wrong usage or unreadable input.
",
        run: show::run,
    },
    Command {
        name: "lint",
        arguments: "FILE...",
        summary: "check product files",
        details: "\
Prints every error of each product file, with its line and column.

Exit codes: 0 no errors, 1 a file has errors, 2 wrong usage or unreadable input.
",
        run: |parser, _, out| lint::run(parser, out),
    },
    Command {
        name: "import",
        arguments: "[--name NAME] [--answers FILE] [--against PRODUCT_FILE] PAGE",
        summary: "make a draft of a product file from a vendor's page with port tables",
        details: "\
PAGE is a file in Markdown, MDX, HTML, AsciiDoc, reStructuredText or CSV. The draft goes to the standard output.
What the page does not say is marked in the draft and asked: in a terminal at once, otherwise in a list.

  --name NAME              the name of the product (default: from the name of the file)
  --answers FILE           read answers from FILE, and write it with the questions that are open
  --against PRODUCT_FILE   compare the page with a product file instead of writing a draft

Exit codes: 0 success, 1 the page and the product file differ, 2 wrong usage or unreadable input.
",
        run: |parser, _, out| import::run(parser, out),
    },
    Command {
        name: "review",
        arguments: "[--before] [--all] [--format FORMAT] [--fail-on SEVERITY]\n[--allow-unknown] [--ignore GLOB]... [--language LL] FILE|-\n--policy MATRIX [--as-of DAY] [--format FORMAT] [--fail-on SEVERITY] FILE|-",
        summary: "compare the firewall rules of a plan or state with those that its portmatrix_rules want",
        details: "\
FILE is the output of `terraform show -json`; - reads it from the standard input. A plan is judged by the
rules that exist after it. Only groups and networks that portmatrix_rules name are reviewed.

  --before             judge a plan by the rules that exist before it
  --all                review all groups and networks; without portmatrix_rules, list what is open, the worst first
  --format FORMAT      text (default), json, sarif (2.1.0) or markdown
  --fail-on SEVERITY   exit with 1 from this severity on: error (default), warning, info or never
  --allow-unknown      do not fail because of rules at new groups that cannot be compared before apply
  --ignore GLOB        ignore what matches: groups, addresses of rules, and keys; may be repeated
  --language LL        the language of purposes and advice, two letters such as en (default), ru or tr
  --policy MATRIX      judge the rules, declared and existing, by `policies` and `exceptions` in a YAML or JSON file instead.
                       `segments` in it, names with lists of CIDR blocks, say who the peers of existing rules are
  --as-of DAY          with --policy: the day on which exceptions are judged, YYYY-MM-DD (default: that of the plan)

Exit codes: 0 no difference of that severity, 1 a difference, or a rule at a group that a zone may have cannot be compared, 2 wrong usage or unreadable input.
",
        run: review::run,
    },
    Command {
        name: "why",
        arguments: "[--rules ADDRESS] [--definitions FILE]... [--as-of DAY] [--format FORMAT]\nFILE|- FROM TO SERVICE",
        summary: "say whether FROM may connect to TO, by which rules and why, or what to change",
        details: "\
FILE is the output of `terraform show -json`, of a plan or a state. FROM and TO are zones of a portmatrix_rules, or addresses.
SERVICE is one service, e.g. tcp/443. The reasons come from the catalogue of this program.

  --rules ADDRESS      which portmatrix_rules, if FILE has several
  --definitions FILE   a product file that the provider has in `definitions`; may be repeated
  --as-of DAY          the day on which exceptions are judged, YYYY-MM-DD (default: that of the plan)
  --format FORMAT      text (default) or json

Exit codes: 0 permitted, 1 refused, undecided, or filtered at neither end, 2 wrong usage, unreadable input or an unknown name.
",
        run: why::run,
    },
    Command {
        name: "report",
        arguments: "[--format FORMAT] [--rules ADDRESS] [--definitions FILE]... [--as-of DAY]\n[--columns LIST] [--set NAME=VALUE]... FILE|-",
        summary: "show who may connect to whom, and why, to people who do not read plans",
        details: "\
FILE is the output of `terraform show -json`, of a plan or a state. The report goes to the standard output.

  --format FORMAT      html (default): a page that is complete in itself, with matrix, diagram, reasons and sources
                       markdown: tables, e.g. for a comment on a pull request
                       csv: a change request, with what a plan adds, changes and removes; all connections of a state
                       mermaid, d2: a diagram of zones; svg: the diagram of the page
                       json: everything, for programs
  --rules ADDRESS      which portmatrix_rules, if FILE has several
  --definitions FILE   a product file that the provider has in `definitions`; may be repeated
  --as-of DAY          the day from which the days of exceptions are counted, YYYY-MM-DD (default: that of the plan)
  --columns LIST       with csv: names of columns, in order, e.g. `Source IP=source,Destination IP=destination,Port=service`
  --set NAME=VALUE     with csv: the `ticket`, `due`, `expiry` or `requester` of rows that have none; may be repeated

Columns: action, source, destination, service, protocol, justification, ticket, due, expiry, requester (the default), source_zone,
destination_zone, family, plane, need, flows, reference, traffic, translated_destination, translated_service, previous_source,
previous_destination.

Exit codes: 0 success, 2 wrong usage or unreadable input.
",
        run: report::run,
    },
    Command {
        name: "site",
        arguments: "[--language LL] DIR",
        summary: "write the catalogue as a static site: a page to search it, and a page for each product",
        details: "\
DIR is made if it does not exist; pages in it with the same names are replaced. The pages need no server and load nothing.

  --language LL   the language of purposes and advice, two letters such as en (default), ru or tr

Exit codes: 0 success, 2 wrong usage, or a page cannot be written.
",
        run: site::run,
    },
];

const PROGRAM: &str = env!("CARGO_PKG_NAME");

/// What the program is, and its commands.
pub(super) fn general() -> String {
    let mut help = format!(
        "{PROGRAM}: firewall rules that products need, from their vendors' port matrices\n\n\
        Terraform and OpenTofu start this program themselves. Run by hand, it has these commands:\n\n"
    );
    for it in &COMMANDS {
        let arguments = it.arguments.replace('\n', "\n         ");
        // Writing to a string does not fail.
        let _ = writeln!(help, "  {} {arguments}\n      {}", it.name, it.summary);
    }
    help.push_str(
        "  --debug\n      serve the provider until interrupted, for a debugger\n  --version, --help\n\n\
        `help COMMAND`, or `--help` after a command, shows what its arguments mean.\n\n\
        Exit codes: 0 success, 1 something was found, 2 wrong usage or unreadable input. `try` exits with the CLI's code.\n",
    );
    help
}

impl Command {
    /// The help of this command.
    pub(super) fn help(&self) -> String {
        let indent = " ".repeat("Usage:   ".len() + PROGRAM.len() + self.name.len());
        format!(
            "Usage: {PROGRAM} {} {}\n\n{}.\n\n{}",
            self.name,
            self.arguments.replace('\n', &format!("\n{indent}")),
            capitalised(self.summary),
            self.details
        )
    }
}

fn capitalised(text: &str) -> String {
    let (first, rest) = text.split_at(1);
    first.to_uppercase() + rest
}
