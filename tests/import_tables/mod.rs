//! Documents of every format become tables.

mod hostile;
