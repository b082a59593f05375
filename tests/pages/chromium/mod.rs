//! The pages in a real browser: the main paths of each role with and without scripts, and what
//! every page has to be: free of errors, within its width, open to everybody.

mod fit;
mod paths;
mod roles;
