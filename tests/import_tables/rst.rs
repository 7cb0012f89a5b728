//! reStructuredText, with the extensions of Sphinx.

use super::check;
use expect_test::expect;

#[test]
fn drawn_tables_with_spans() {
    check(
        r"=====
Ports
=====

.. |p| replace:: Portal

Inbound
-------

+------+-------------+-----------+
| Port | From        | Use       |
|      +------+------+           |
|      | Name | Zone |           |
+======+======+======+===========+
| 443  | |p|  | x    | web       |
+------+------+------+ or API    |
| 80   | b           |           |
+------+-------------+-----------+
| All of these       | 22 [1]_   |
+--------------------+-----------+

.. [1] Only *with* TLS.
",
        "a.rst",
        expect![[r#"
            10: Ports > Inbound
               = Port | From Name | From Zone | Use
              15 443 | Portal | x | web or API
              17 80 | b | ^b | ^web or API
              19 All of these | ^All of these | ^All of these | 22 [Only with TLS.]
        "#]],
    );
}

#[test]
fn drawn_after_wide_characters() {
    check(
        r"+--------+----------+
| ポート | 用途     |
+========+==========+
| 443    | ウェブ   |
+--------+----------+
| 80     | 転送 |
+--------+----------+
",
        "a.rst",
        expect![[r#"
            1: 
               = ポート | 用途
               4 443 | ウェブ
               6 80 | 転送
        "#]],
    );
}

#[test]
fn simple_tables() {
    check(
        r"Ports
=====

====  =====  ==========
Port  To     Use
====  =====  ==========
443   a      ``web``
             and API
80    b      :ref:`x <y>`
22 and more  SSH
-----------  ----------
====  =====  ==========

=====  ====
443    a
80     b
=====  ====
",
        "a.rst",
        expect![[r#"
            4: Ports
               = Port | To | Use
               7 443 | a | web and API
               9 80 | b | x
              10 22 and more | ^22 and more | SSH
            14: Ports
              15 443 | a
              16 80 | b
        "#]],
    );
}

#[test]
fn lists_and_values_as_tables() {
    check(
        r#".. list-table:: Needed
   :header-rows: 1
   :widths: 10 90

   * - Port
     - Use
   * - 443
     - - web
       - API
   * -
     - ICMP

.. flat-table::
   :header-rows: 1

   * - Port
     - Use
     - Zone
   * - :rspan:`1` 80
     - a
     - x
   * - :cspan:`1` both

.. csv-table:: Values
   :header: "Port", Use
   :widths: 1, 2

   22, "SSH, or ""sftp"""

.. table:: Around
   :widths: auto

   ====  ==
   Port  To
   ====  ==
   53    a
   ====  ==
"#,
        "a.rst",
        expect![[r#"
            1:  caption Needed
               = Port | Use
               7 443 | web / API
              10  | ICMP
            13: 
               = Port | Use | Zone
              19 80 | a | x
              22 ^80 | both | ^both
            24:  caption Values
               = Port | Use
              28 22 | SSH, or "sftp"
            33:  caption Around
               = Port | To
              36 53 | a
        "#]],
    );
}

#[test]
fn tabs_notes_and_code() {
    check(
        r"Ports
*****

.. tabs::

   .. tab:: Linux

      .. list-table::

         * - Port
           - To
         * - 443
           - a

   .. tab:: Windows

      +----+---+
      | 80 | b |
      +----+---+

.. cssclass:: table-striped

.. code-block:: console

   +----+---+
   | 81 | b |
   +----+---+

Literal::

   +----+---+
   | 82 | b |
   +----+---+

.. note:: open 8443

   +----+---+
   | 83 | c |
   +----+---+

.. raw:: html

   <table><tr><td>84</td><td>d</td></tr></table>

.. comment

   +----+---+
   | 85 | b |
   +----+---+

.. rubric:: Others

All nodes to Manager:

- TCP/443 - :doc:`web <x>`
",
        "a.rst",
        expect![[r#"
            8: Ports tabs Linux
               = Port | To
              12 443 | a
            17: Ports tabs Windows
              18 80 | b
            37: Ports lead open 8443
              38 83 | c
            43: Ports
              43 84 | d
            - 35: Ports: open 8443
            - 55: Ports > Others > All nodes to Manager: TCP/443 - web
        "#]],
    );
}

/// The title of a card is the caption of the tables in it, and of no other.
#[test]
fn cards_give_their_tables_a_caption() {
    check(
        r#"Ports
=====

.. card:: Perch Role

   .. csv-table::
      :header: "Port", "Use"

      "25", "TCP"

.. csv-table::
   :header: "Port", "Use"

   "26", "TCP"
"#,
        "a.rst",
        expect![[r#"
            6: Ports caption Perch Role
               = Port | Use
               9 25 | TCP
            11: Ports
               = Port | Use
              14 26 | TCP
        "#]],
    );
}
