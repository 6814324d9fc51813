//! Makes a program that shows something as small as it can.

use crate::program::{Clause, Expr, Piece, Program, Stmt};

/// The smallest program found that still shows it. Each step takes something away:
/// statements, clauses, what is around a body, what is around an expression.
pub fn shrunk(program: Program, mut shows_it: impl FnMut(&Program) -> bool) -> Program {
    let mut smallest = program;
    // Long runs of statements first, which may be most of the program.
    let mut length = smallest.0.len() / 2;
    while length > 1 {
        let mut at = 0;
        while at < smallest.0.len() {
            let mut less = smallest.clone();
            let end = (at + length).min(less.0.len());
            less.0.drain(at..end);
            if shows_it(&less) {
                smallest = less;
            } else {
                at += length;
            }
        }
        length /= 2;
    }
    // Then everything that is one step less, again and again until nothing is.
    loop {
        let before = smallest.clone();
        let mut at = 0;
        while let Some(less) = step(&smallest, at) {
            if shows_it(&less) {
                smallest = less;
            } else {
                at += 1;
            }
        }
        if smallest == before {
            break;
        }
    }
    smallest
}

/// The n-th of all programs that are one step smaller.
fn step(program: &Program, n: usize) -> Option<Program> {
    let mut program = program.clone();
    let mut left = n;
    in_block(&mut program.0, &mut left).then_some(program)
}

/// Each of these carries out the n-th step in its part, or takes the number of its steps
/// from n.
fn in_block(block: &mut Vec<Stmt>, n: &mut usize) -> bool {
    for at in (0..block.len()).rev() {
        if is_now(n) {
            block.remove(at);
            return true;
        }
        if let Stmt::Block(clauses) = &mut block[at] {
            if clauses.len() > 1 && is_now(n) {
                let bodies = std::mem::take(clauses);
                let bodies = bodies.into_iter().flat_map(|clause| clause.body);
                block.splice(at..=at, bodies);
                return true;
            }
            for clause in clauses {
                if is_now(n) {
                    let body = std::mem::take(&mut clause.body);
                    block.splice(at..=at, body);
                    return true;
                }
            }
        }
        if in_stmt(&mut block[at], n) {
            return true;
        }
    }
    false
}

fn in_stmt(stmt: &mut Stmt, n: &mut usize) -> bool {
    match stmt {
        Stmt::Line(pieces) => in_pieces(pieces, n),
        Stmt::Block(clauses) => {
            for at in (1..clauses.len()).rev() {
                if is_now(n) {
                    clauses.remove(at);
                    return true;
                }
            }
            (clauses.iter_mut())
                .any(|Clause { head, body }| in_pieces(head, n) || in_block(body, n))
        }
    }
}

fn in_pieces(pieces: &mut [Piece], n: &mut usize) -> bool {
    pieces.iter_mut().any(|piece| match piece {
        Piece::Text(_) => false,
        Piece::Expr(expr) => in_expr(expr, n),
    })
}

fn in_expr(expr: &mut Expr, n: &mut usize) -> bool {
    let simplest = Expr::atom(expr.kind, expr.kind.simplest());
    if *expr != simplest && is_now(n) {
        *expr = simplest;
        return true;
    }
    for at in 0..expr.pieces.len() {
        if let Piece::Expr(_) = expr.pieces[at]
            && is_now(n)
        {
            let Piece::Expr(inner) = expr.pieces.swap_remove(at) else {
                unreachable!("it was one");
            };
            *expr = inner;
            return true;
        }
    }
    in_pieces(&mut expr.pieces, n)
}

fn is_now(n: &mut usize) -> bool {
    if *n == 0 {
        return true;
    }
    *n -= 1;
    false
}
